package pcw.cluster;

import org.sparkproject.connect.grpc.CallOptions;
import org.sparkproject.connect.grpc.Channel;
import org.sparkproject.connect.grpc.ClientCall;
import org.sparkproject.connect.grpc.Metadata;
import org.sparkproject.connect.grpc.ServerCall;
import org.sparkproject.connect.grpc.Status;

/**
 * Passes a call on to another server, message by message, with all its metadata, and its answer
 * back. Neither side is asked for more than the other has taken.
 */
final class Forwarding<Q, A> extends ServerCall.Listener<Q> {
  private final ServerCall<Q, A> here;
  private final ClientCall<Q, A> there;
  private boolean owesRequest;
  private boolean owesAnswer;

  Forwarding(ServerCall<Q, A> here, Metadata headers, Channel channel) {
    this.here = here;
    there = channel.newCall(here.getMethodDescriptor(), CallOptions.DEFAULT);
    there.start(new Answers(), headers);
    there.request(1);
  }

  @Override
  public void onMessage(Q message) {
    there.sendMessage(message);
    synchronized (this) {
      owesRequest = true;
    }
    askHere();
  }

  @Override
  public void onHalfClose() {
    there.halfClose();
  }

  @Override
  public void onCancel() {
    there.cancel("the client went away", null);
  }

  @Override
  public void onReady() {
    askThere();
  }

  private void askHere() {
    synchronized (this) {
      if (!owesRequest || !there.isReady()) {
        return;
      }
      owesRequest = false;
    }
    here.request(1);
  }

  private void askThere() {
    synchronized (this) {
      if (!owesAnswer || !here.isReady()) {
        return;
      }
      owesAnswer = false;
    }
    there.request(1);
  }

  private final class Answers extends ClientCall.Listener<A> {
    @Override
    public void onHeaders(Metadata headers) {
      here.sendHeaders(headers);
    }

    @Override
    public void onMessage(A message) {
      here.sendMessage(message);
      synchronized (Forwarding.this) {
        owesAnswer = true;
      }
      askThere();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      here.close(status, trailers);
    }

    @Override
    public void onReady() {
      askHere();
    }
  }
}
