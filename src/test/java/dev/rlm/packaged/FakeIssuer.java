package dev.rlm.packaged;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An OpenID provider whose tokens may be whatever a test likes. */
public final class FakeIssuer implements AutoCloseable {

    /** What its tokens are for. */
    public static final String AUDIENCE = "https://rlm.example/mcp";

    private static final String KEY_ID = "key-1";

    private final WireMockServer server =
            new WireMockServer(WireMockConfiguration.options().dynamicPort().bindAddress("127.0.0.1"));
    private final KeyPair keys = rsa();

    /** A provider that does not answer yet. */
    public FakeIssuer() {
        server.start();
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
    }

    /** Lets it answer from now on. */
    public void answer() {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("issuer", issuer()).put("jwks_uri", issuer() + "/jwks").put("token_endpoint", issuer() + "/token");
        server.stubFor(get("/.well-known/openid-configuration").willReturn(okJson(metadata.toString())));
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        ObjectNode set = JsonNodeFactory.instance.objectNode();
        set.putArray("keys")
                .addObject()
                .put("kty", "RSA")
                .put("kid", KEY_ID)
                .put("use", "sig")
                .put("alg", "RS256")
                .put("n", base64(unsigned(key.getModulus())))
                .put("e", base64(unsigned(key.getPublicExponent())));
        server.stubFor(get("/jwks").willReturn(okJson(set.toString())));
    }

    /** Its address, as tokens name it. */
    public String issuer() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A good token of a subject, with claims changed as a test likes. */
    public String token(String subject, Consumer<ObjectNode> changes) {
        return signed(header("RS256"), claims(subject, changes), keys);
    }

    /** A token that somebody else signed, who calls the key by the same name. */
    public String forged(String subject) {
        return signed(header("RS256"), claims(subject, _ -> {}), rsa());
    }

    /** A token with the signature of a good one for other claims. */
    public String tampered(String subject) {
        String[] good = token("somebody", _ -> {}).split("\\.", -1);
        return good[0] + "." + base64(claims(subject, _ -> {}).toString()) + "." + good[2];
    }

    /** A token that is not signed, and says so. */
    public String unsigned(String subject) {
        return base64("{\"alg\":\"none\"}") + "."
                + base64(claims(subject, _ -> {}).toString()) + ".";
    }

    /** A token whose signature uses the public key as a shared secret. */
    public String confused(String subject) throws GeneralSecurityException {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        String content = base64(header("HS256").toString()) + "."
                + base64(claims(subject, _ -> {}).toString());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(pem.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private ObjectNode claims(String subject, Consumer<ObjectNode> changes) {
        Instant now = Instant.now();
        ObjectNode claims = JsonNodeFactory.instance.objectNode();
        claims.put("iss", issuer())
                .put("aud", AUDIENCE)
                .put("sub", subject)
                .put("iat", now.getEpochSecond())
                .put("exp", now.plus(Duration.ofHours(1)).getEpochSecond())
                .put("scope", "openid rlm:ask rlm:load");
        changes.accept(claims);
        return claims;
    }

    private static ObjectNode header(String algorithm) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("alg", algorithm)
                .put("typ", "JWT")
                .put("kid", KEY_ID);
    }

    private static String signed(ObjectNode header, ObjectNode claims, KeyPair keys) {
        String content = base64(header.toString()) + "." + base64(claims.toString());
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop();
    }
}
