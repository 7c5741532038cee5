package dev.rlm.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rlm.access.ApiKey;
import dev.rlm.mcp.McpConversation;
import dev.rlm.model.script.ScriptedEndpoint;
import dev.rlm.packaged.PackagedRlm;
import dev.rlm.packaged.Stories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The viewer in a real browser, with models and documents that write what browsers would run. */
@Tag("slow")
final class ViewerBrowserIT {

    private static final Optional<Path> CHROMIUM = BrowserPage.chromium();
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String KEY = ApiKey.random(new Random(22));
    private static final String UNKNOWN = ApiKey.random(new Random(23));
    private static final String IMAGE = "<img src=\"x\" onerror=\"document.title = 'run'\">";
    private static final String SCRIPT = "<script>document.title = \"run\"</script>";

    private static ScriptedEndpoint models;
    private static PackagedRlm.Server server;

    @TempDir
    Path profile;

    private McpConversation client;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(CHROMIUM.isPresent(), "No Chromium is installed (the package chromium): nothing can show the page.");
        models = Stories.start();
        Map<String, String> environment = new HashMap<>(Stories.environment(models));
        environment.put("RLM_TASK_STORE", "temporary");
        environment.put("RLM_AUTH_KEYS_ANN_HASH", ApiKey.Hash.of(KEY).toString());
        server = new PackagedRlm.Server(environment);
    }

    @AfterAll
    static void stop() {
        if (CHROMIUM.isPresent()) {
            server.close();
            models.close();
        }
    }

    @BeforeEach
    void connect() {
        client = new McpConversation(server.base(), KEY);
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private BrowserPage page(String address) throws Exception {
        return new BrowserPage(CHROMIUM.orElseThrow(), profile, server.base() + address);
    }

    private static String awaitTrue(BrowserPage page, String expression, Predicate<String> holds) {
        return await(expression).atMost(LONG).until(() -> page.evaluate(expression), holds);
    }

    private static void signIn(BrowserPage page, String key) throws Exception {
        awaitTrue(page, "document.getElementById('sign-in').hidden", "false"::equals);
        var _ = page.evaluate("document.getElementById('key').value = '" + key + "'");
        var _ = page.evaluate("document.querySelector('#sign-in button').click()");
    }

    @Test
    void whatModelsAndDocumentsWroteIsTextAndNothingOfItRuns() throws Exception {
        String context = client.load((IMAGE + " ERROR \u001b[31m and more of this line\n").repeat(300));
        String task = client.answer("mischief", context, Map.of("max_depth", 2, "route", "rlm"))
                .getString("task_id");
        try (BrowserPage page = page("/viewer/" + task)) {
            signIn(page, KEY);
            awaitTrue(page, "document.title", "answered - rlm"::equals);
            assertThat(page.text("answer-text")).isEqualTo(SCRIPT + " 300");
            assertThat(page.text("evidence")).contains("text:1", IMAGE + " ERROR ␛[31m and more of this line");
            assertThat(page.text("budget")).contains("2 of 30, 28 left", "4 of 50, 46 left");
            var _ = page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)");
            assertThat(page.text("story"))
                    .contains("Look: " + SCRIPT + IMAGE)
                    .contains("<i>cat</i>", "animal", "<b>so far</b>", "Ended: answered.");
            assertThat(page.evaluate("document.querySelector('.story .story').innerText"))
                    .as("the child's turns")
                    .contains("Turn 1", "300 hits", "Turn 2");
            assertThat(page.evaluate("document.querySelectorAll('img, main script, b, i, u').length"))
                    .isEqualTo("0");
            assertThat(page.log()).doesNotContain("Content Security Policy", "Uncaught");

            // If the page were ever wrong, the browser would stop it.
            var _ = page.evaluate("document.body.innerHTML = '<img src=x onerror=document.title=1>'");
            await().atMost(LONG).until(page::log, log -> log.contains("Content Security Policy"));
            assertThat(page.evaluate("document.title")).isEqualTo("answered - rlm");
        }
    }

    @Test
    void aTaskIsWatchedWhileItsRootModelWritesUntilItEnds() throws Exception {
        String task = client.ask("slow-mischief", client.load("a"), Map.of("route", "rlm"))
                .getString("task_id");
        try (BrowserPage page = page("/viewer/" + task)) {
            signIn(page, KEY);
            awaitTrue(page, "document.getElementById('draft-text').innerText", "<s>f()</s> and s"::equals);
            assertThat(page.text("draft-title"))
                    .isEqualTo("Turn 1: the root model is writing text, 16 characters so far");
            assertThat(page.text("state")).isEqualTo("running");
            client.call("rlm_cancel", Map.of("task_id", task));
            awaitTrue(page, "document.title", "cancelled - rlm"::equals);
            assertThat(page.text("answer-text")).isEqualTo("There is none.");
            assertThat(page.evaluate("document.getElementById('draft').hidden")).isEqualTo("true");
        }
    }

    @Test
    void theKeyIsAskedForAndStaysInTheTab() throws Exception {
        String task = client.answer("count-errors", client.load("ERROR one\n"), Map.of())
                .getString("task_id");
        try (BrowserPage page = page("/viewer")) {
            signIn(page, UNKNOWN);
            awaitTrue(page, "document.getElementById('notice').innerText", it -> it.contains("key is not known"));
            signIn(page, KEY);
            awaitTrue(page, "document.getElementById('recent').innerText", it -> it.contains("A question for"));
            assertThat(page.evaluate("document.cookie + localStorage.length + sessionStorage.length"))
                    .isEqualTo("01");
            var _ = page.evaluate("document.querySelector('#recent a[href=\"" + task + "\"]').click()");
            awaitTrue(page, "document.title", "answered - rlm"::equals);
            assertThat(page.text("answer-text")).contains("ERROR one");
            var _ = page.evaluate("document.getElementById('forget').click()");
            awaitTrue(page, "document.getElementById('sign-in')?.hidden", "false"::equals);
            assertThat(page.evaluate("sessionStorage.length")).isEqualTo("0");
        }
    }
}
