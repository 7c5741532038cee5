package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests that are answered only when their clients have answered something first, in several rounds. What was asked before
 * travels in a state that clients return and cannot change.
 */
final class FixtureInputs {

    private static final SecretKeySpec KEY =
            new SecretKeySpec("known to this server alone".getBytes(StandardCharsets.UTF_8), "HmacSHA256");

    private FixtureInputs() {}

    /** Asks for inputs, each an entry of the fixtures' {@code inputs}, under these keys. */
    static ObjectNode ask(String state, List<String> keysAndInputs) {
        ObjectNode result = FixtureData.object().put("resultType", "input_required");
        ObjectNode requests = result.putObject("inputRequests");
        for (int i = 0; i < keysAndInputs.size(); i += 2) {
            requests.set(keysAndInputs.get(i), FixtureData.ALL.path("inputs").required(keysAndInputs.get(i + 1)));
        }
        if (state != null) {
            result.put("requestState", signed(state));
        }
        return result;
    }

    /** The client's answer under a key; missing if there is no such answer, or none that is one. */
    static JsonNode answer(Call call, String key) {
        JsonNode answer = call.request().params().path("inputResponses").path(key);
        return answer.isObject() ? answer : FixtureData.object().path(key);
    }

    /** The state that the client returns; empty if there is none. */
    static String state(Call call) throws ProtocolError {
        String sent = call.request().params().path("requestState").asText();
        if (sent.isEmpty()) {
            return "";
        }
        int end = sent.lastIndexOf('.');
        if (end < 0 || !signed(sent.substring(0, end)).equals(sent)) {
            throw ProtocolError.invalidParams("The state is not what this server has sent.");
        }
        return sent.substring(0, end);
    }

    private static String signed(String state) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(KEY);
            return state + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(state.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
