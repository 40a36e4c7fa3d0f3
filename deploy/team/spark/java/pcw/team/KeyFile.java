package pcw.team;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Keys in a file, which is read again as soon as it is another one. */
final class KeyFile implements KeySource {
    private final Path path;
    private volatile String seen = "";

    KeyFile(Path path) {
        this.path = path;
    }

    @Override
    public String read() throws IOException {
        seen = stamp();  // first: what changes while it is read is read once more
        try {
            if (Files.size(path) > LARGEST_BYTES) throw new IOException("it is larger than 1 MiB");
            return Files.readString(path);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file");
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new IOException("it is no text in UTF-8");
        } catch (java.nio.file.FileSystemException e) {
            throw new IOException("it cannot be read by the server's user");
        }
    }

    @Override
    public boolean mayHaveChanged() {
        return !stamp().equals(seen);
    }

    @Override
    public boolean mayBeAskedAgain() {
        return false;  // an unchanged file has no other keys
    }

    @Override
    public boolean isFile() {
        return true;
    }

    @Override
    public String problem(String why) {
        return Settings.IDENTITY + "jwks is the file " + path + ", and " + why + ".";
    }

    private String stamp() {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
        } catch (IOException e) {
            return "none";
        }
    }
}
