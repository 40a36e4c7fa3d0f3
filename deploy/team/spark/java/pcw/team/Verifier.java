package pcw.team;

import io.jsonwebtoken.Claims;
import io.jsonwebtoken.ExpiredJwtException;
import io.jsonwebtoken.Header;
import io.jsonwebtoken.Jws;
import io.jsonwebtoken.JwsHeader;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.JwtParser;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.PrematureJwtException;
import io.jsonwebtoken.security.SignatureAlgorithm;
import io.jsonwebtoken.security.SignatureException;
import java.security.Key;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Says whose token it is, or why it is nobody's. */
final class Verifier {
    /** Of clocks that differ, in seconds. */
    static final long SKEW_S = 30;

    private static final int LONGEST_TOKEN = 16 * 1024;
    private static final Pattern FORM = Pattern.compile("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    /** Only those of key pairs: with a shared secret's, a public key would sign. */
    private static final List<SignatureAlgorithm> ALGORITHMS = List.of(
        Jwts.SIG.RS256, Jwts.SIG.RS384, Jwts.SIG.RS512, Jwts.SIG.PS256, Jwts.SIG.PS384,
        Jwts.SIG.PS512, Jwts.SIG.ES256, Jwts.SIG.ES384, Jwts.SIG.ES512, Jwts.SIG.EdDSA);
    /** A provider signs other things too, such as log-out notices, with the same keys. */
    private static final Set<String> TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");

    private final Settings settings;
    private final Keys keys;
    private final JwtParser parser;

    Verifier(Settings settings, Keys keys) {
        this.settings = settings;
        this.keys = keys;
        this.parser = Jwts.parser()
            .sig().clear().add(ALGORITHMS).and()
            .zip().clear().and()
            .keyLocator(this::key)
            .clockSkewSeconds(SKEW_S)
            .build();
    }

    /**
     * The subject of a token that is good now.
     *
     * @throws Refused it is not; the sentence says why, and holds nothing of the token
     */
    String user(String token) {
        if (token.length() > LONGEST_TOKEN || !FORM.matcher(token).matches()) {
            throw Refused.unauthenticated("The token is no signed JWT: sign in again.");
        }
        Claims claims = signed(token).getPayload();
        requireMeantForUs(claims);
        String subject = claims.getSubject();
        if (subject == null || !settings.subject().matcher(subject).matches()
                || !Settings.PRINTABLE.matcher(subject).matches()) {
            throw Refused.unauthenticated("The token's subject is none that this server knows.");
        }
        requireGroup(claims);
        return subject;
    }

    private Jws<Claims> signed(String token) {
        try {
            return parser.parseSignedClaims(token);
        } catch (ExpiredJwtException e) {
            throw Refused.unauthenticated(Refused.Reason.TOKEN_EXPIRED,
                "The token has expired: sign in again.");
        } catch (PrematureJwtException e) {
            throw Refused.unauthenticated("The token is not valid yet: look at this machine's clock.");
        } catch (SignatureException e) {
            throw Refused.unauthenticated("The token's signature is wrong: sign in again.");
        } catch (JwtException | IllegalArgumentException | ClassCastException e) {
            throw Refused.unauthenticated("The token is none that this server can verify: sign in again.");
        }
    }

    private Key key(Header header) {
        String algorithm = header.getAlgorithm();
        if (!(header instanceof JwsHeader signed) || algorithm == null
                || ALGORITHMS.stream().noneMatch(known -> known.getId().equals(algorithm))) {
            throw Refused.unauthenticated("The token is not signed in a way that this server accepts.");
        }
        String type = header.getType() == null ? "" : header.getType();
        if (!TYPES.contains(type.toLowerCase(java.util.Locale.ROOT))) {
            throw Refused.unauthenticated("The token is of a kind that nobody signs in with.");
        }
        Keys.Known known = keys.find(signed.getKeyId());
        if (known == null || !known.algorithm().isEmpty() && !known.algorithm().equals(algorithm)) {
            throw Refused.unauthenticated("The token is signed by a key that this server does not know.");
        }
        return known.jwk().toKey();
    }

    private void requireMeantForUs(Claims claims) {
        if (claims.getExpiration() == null) {
            throw Refused.unauthenticated("The token never expires: use one that does (`exp`).");
        }
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw Refused.unauthenticated("The token is of another issuer than this server's.");
        }
        Set<String> audience = claims.getAudience();
        if (audience == null || audience.stream().noneMatch(settings.audiences()::contains)) {
            throw Refused.unauthenticated("The token is meant for another audience than this server.");
        }
    }

    private void requireGroup(Claims claims) {
        if (settings.group().isEmpty()) return;
        Object said = claim(claims, settings.groupClaim());
        boolean member = said instanceof Collection<?> groups
            ? groups.contains(settings.group())
            : settings.group().equals(said);
        if (!member) {
            throw Refused.denied(Refused.Reason.NOT_IN_GROUP, "This server is for the group " + settings.group()
                + ", and the token does not name you as a member of it.");
        }
    }

    /** By its whole name, else as a path: `realm_access.roles`. */
    private static Object claim(Map<String, Object> claims, String name) {
        if (claims.containsKey(name)) return claims.get(name);
        Object found = claims;
        for (String part : name.split("\\.")) {
            found = found instanceof Map<?, ?> inner ? inner.get(part) : null;
        }
        return found;
    }
}
