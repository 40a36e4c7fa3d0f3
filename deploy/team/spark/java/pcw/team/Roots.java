package pcw.team;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where files may be read and written: folders, and addresses such as `s3a://bucket/team`. */
final class Roots {
    private final List<URI> roots = new ArrayList<>();

    /** @throws SettingError a root is neither a whole path nor an address */
    Roots(Iterable<String> named) {
        for (String name : named) {
            URI root = uri(name);
            if (root == null || root.getPath() == null || !root.getPath().startsWith("/")) {
                throw new SettingError("spark.pcw.guard.roots has " + name
                    + ", which is neither a whole path nor an address: correct it.");
            }
            roots.add(root);
        }
    }

    /** @throws SecurityException it is elsewhere */
    void require(String place) {
        URI asked = uri(place);
        if (asked == null || roots.stream().noneMatch(root -> holds(root, asked))) {
            throw new SecurityException("Files are read and written below this server's warehouse only,"
                + " or where its operator allows it (spark.pcw.guard.roots): name a table, or another"
                + " place.");
        }
    }

    private static boolean holds(URI root, URI asked) {
        if (!root.getScheme().equals(asked.getScheme())) return false;
        if (root.getScheme().equals("file")) return real(asked).startsWith(real(root));
        if (!String.valueOf(root.getRawAuthority()).equals(String.valueOf(asked.getRawAuthority()))) {
            return false;
        }
        String base = root.getPath().replaceAll("/+$", "");
        return asked.getPath().equals(base) || asked.getPath().startsWith(base + "/");
    }

    /** With all links of what exists followed: a link in an allowed folder may lead out of it. */
    private static Path real(URI place) {
        Path path = Path.of(place.getPath()).normalize();
        for (Path part = path; part != null; part = part.getParent()) {
            if (!Files.exists(part)) continue;
            try {
                return part.toRealPath().resolve(part.relativize(path)).normalize();
            } catch (IOException e) {
                return Path.of("/").resolve(".unreadable");
            }
        }
        return path;
    }

    /**
     * As Hadoop understands it; null where it can be understood in two ways.
     *
     * A backslash and a list in braces can hide a `..` from whoever looks at the text. One before what
     * else would be a pattern hides nothing.
     */
    private static URI uri(String asked) {
        String text = asked.replaceAll("\\\\([*?{}\\[\\]])", "$1");
        if (text.indexOf('\\') >= 0 || text.indexOf('\0') >= 0
                || text.contains("..") && text.indexOf('{') >= 0) {
            return null;
        }
        try {
            URI found = new org.apache.hadoop.fs.Path(text.strip()).toUri().normalize();
            if (found.getScheme() == null) {
                if (found.getAuthority() != null) return null;
                found = new URI("file", null, Path.of(found.getPath()).toAbsolutePath().toString(), null);
            }
            boolean local = found.getScheme().equals("file");
            return local && found.getAuthority() != null && !found.getAuthority().isEmpty() ? null : found;
        } catch (IllegalArgumentException | java.net.URISyntaxException e) {
            return null;
        }
    }
}
