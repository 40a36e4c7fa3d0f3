package pcw.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeSet;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.connect.service.SessionHolderInfo;
import org.apache.spark.sql.connect.service.SessionKey;
import org.apache.spark.sql.connect.service.SparkConnectService$;
import org.sparkproject.connect.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.sparkproject.connect.grpc.Metadata;
import org.sparkproject.connect.grpc.ServerCall;
import org.sparkproject.connect.grpc.ServerCallHandler;
import org.sparkproject.connect.grpc.ServerInterceptor;
import org.sparkproject.connect.grpc.Status;
import org.sparkproject.connect.protobuf.Message;

/**
 * Lets a server be replaced while it works: drained, it serves the sessions that it has and no new
 * one.
 *
 * <p>{@code spark.pcw.drain} names a folder. While {@code drain} is in it, a call of a session that
 * this server does not have is answered UNAVAILABLE, which every client tries again: by then the
 * proxy sends it to the new server. {@code sessions} in it says how the server stands: a line
 * {@code serving} or {@code draining}, then the id of each session.
 *
 * <p>It must see the user that an identity interceptor has put in, so it has to run after that one.
 */
public final class Draining implements ServerInterceptor {
  private static final long LOOK_EVERY_MS = 500;

  private final Path flag;
  private final Path report;
  private volatile boolean draining;
  private String written = "";

  public Draining() {
    Path folder = Path.of(SparkEnv.get().conf().get("spark.pcw.drain"));
    flag = folder.resolve("drain");
    report = folder.resolve("sessions");
    var watcher = new Thread(this::watch, "pcw-draining");
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    var listener = next.startCall(call, headers);
    if (!draining) {
      return listener;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      private boolean first = true;
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        if (first && !isKnown((Message) message)) {
          refused = true;
          call.close(
              Status.UNAVAILABLE.withDescription(
                  "This Spark server is being replaced and takes no new sessions; try again."),
              new Metadata());
        }
        first = false;
        if (!refused) {
          super.onMessage(message);
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  /** All requests of Spark Connect have these two fields. */
  private static boolean isKnown(Message request) {
    var user = (Message) field(request, "user_context");
    var key = new SessionKey((String) field(user, "user_id"), (String) field(request, "session_id"));
    return SparkConnectService$.MODULE$.sessionManager().getIsolatedSessionIfPresent(key).isDefined();
  }

  private static Object field(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }

  private void watch() {
    while (true) {
      try {
        draining = Files.exists(flag);
        report();
        Thread.sleep(LOOK_EVERY_MS);
      } catch (IOException | RuntimeException error) {
        System.err.println("The sessions of this server cannot be listed: " + error);
        pause();
      } catch (InterruptedException error) {
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10 * LOOK_EVERY_MS);
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
    }
  }

  private void report() throws IOException {
    var lines = new TreeSet<String>();
    var sessions = SparkConnectService$.MODULE$.sessionManager().listActiveSessions();
    for (var each = sessions.iterator(); each.hasNext(); ) {
      lines.add(((SessionHolderInfo) each.next()).sessionId());
    }
    var text = (draining ? "draining\n" : "serving\n") + String.join("\n", lines) + "\n";
    if (text.equals(written)) {
      return;
    }
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var news = Files.createTempFile(report.getParent(), "sessions", ".new", owner);
    Files.writeString(news, text);
    Files.move(news, report, StandardCopyOption.ATOMIC_MOVE);
    written = text;
  }
}
