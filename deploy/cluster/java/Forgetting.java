package pcw.cluster;

import org.apache.spark.sql.connect.service.SessionKey;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import org.sparkproject.connect.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.sparkproject.connect.grpc.ServerCall;

/** A call that Spark refuses, and the session that it leaves. */
final class Forgetting<Q> extends SimpleForwardingServerCallListener<Q> {
  private final SessionKey session;

  Forgetting(ServerCall.Listener<Q> next, SessionKey session) {
    super(next);
    this.session = session;
  }

  @Override
  public void onComplete() {
    super.onComplete();
    close();
  }

  @Override
  public void onCancel() {
    super.onCancel();
    close();
  }

  private void close() {
    SparkConnectService$.MODULE$.sessionManager().closeSession(session, true);
  }
}
