package pcw.cluster;

import java.util.function.Function;
import org.sparkproject.connect.grpc.ServerCall;

/** A call whose listener is chosen when its first message is there. */
final class Undecided<Q> extends ServerCall.Listener<Q> {
  private final ServerCall<Q, ?> call;
  private final Function<Q, ServerCall.Listener<Q>> choose;
  private ServerCall.Listener<Q> chosen;

  Undecided(ServerCall<Q, ?> call, Function<Q, ServerCall.Listener<Q>> choose) {
    this.call = call;
    this.choose = choose;
  }

  @Override
  public void onMessage(Q message) {
    if (chosen == null) {
      chosen = choose.apply(message);
      if (call.isReady()) {
        chosen.onReady(); // it was before there was anybody to tell
      }
    }
    chosen.onMessage(message);
  }

  @Override
  public void onHalfClose() {
    if (chosen != null) {
      chosen.onHalfClose();
    }
  }

  @Override
  public void onCancel() {
    if (chosen != null) {
      chosen.onCancel();
    }
  }

  @Override
  public void onComplete() {
    if (chosen != null) {
      chosen.onComplete();
    }
  }

  @Override
  public void onReady() {
    if (chosen != null) {
      chosen.onReady();
    }
  }
}
