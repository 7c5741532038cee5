package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.TestClock;
import dev.rlm.storage.s3.S3ObjectStore;
import dev.rlm.storage.s3.S3Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What owners see of the contexts of others: nothing, in either store. */
final class OwnContextsTest {

    @TempDir
    Path temporary;

    private final TestClock clock = new TestClock();
    private S3Server server;
    private DurableContextStore store;
    private ContextLoader loader;

    private void open(String kind) throws Exception {
        if (kind.equals("folder")) {
            store = LocalContextStore.open(temporary.resolve("store"), clock);
        } else {
            server = S3Server.open();
            store = SharedContextStore.open(
                    new S3ObjectStore(server.settings("")), temporary.resolve("cache"), 1 << 20, clock);
        }
        loader = loader(Workbench.SMALL);
    }

    private ContextLoader loader(ContextLimits limits) {
        return new ContextLoader(store, ContextRoots.none(), limits, clock, new Random(3));
    }

    private Context load(String owner, String text, String key) throws Exception {
        return loader.load(owner, null, List.of(new Source.Text("t", text)), key);
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void anothersContextIsLikeOneThatNeverWas(String kind) throws Exception {
        open(kind);
        Context anns = load("ann", "alpha", null);
        ContextStore bob = store.of("bob");

        assertThat(bob.find(anns.id())).isEmpty();
        assertThat(bob.delete(anns.id())).isFalse();
        assertThatThrownBy(() -> bob.content(anns, anns.documents().getFirst()))
                .isInstanceOf(ContextException.class)
                .hasMessage("There is no context with the id '" + anns.id() + "'.");
        assertThatThrownBy(() -> bob.hold(anns, anns.documents())).isInstanceOf(ContextException.class);

        ContextStore ann = store.of("ann");
        assertThat(ann.find(anns.id())).contains(anns);
        assertThat(Files.readString(ann.content(anns, anns.documents().getFirst())))
                .isEqualTo("alpha");
        assertThat(ann.delete(anns.id())).isTrue();
        assertThat(ann.delete(anns.id())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void aListHasOnlyTheOwnersOwn(String kind) throws Exception {
        open(kind);
        Context first = load("ann", "alpha", null);
        clock.advance(java.time.Duration.ofSeconds(1));
        Context second = load("ann", "alpha", null);
        Context bobs = load("bob", "alpha", null);

        assertThat(store.of("ann").list()).containsExactly(second, first);
        assertThat(store.of("bob").list()).containsExactly(bobs);
        assertThat(store.of("eve").list()).isEmpty();
        assertThat(store.list()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void textThatTwoOwnersHaveStaysWhenOneDeletesIt(String kind) throws Exception {
        open(kind);
        Context anns = load("ann", "alpha", null);
        Context bobs = load("bob", "alpha", null);

        assertThat(store.of("ann").delete(anns.id())).isTrue();

        assertThat(Files.readString(
                        store.of("bob").content(bobs, bobs.documents().getFirst())))
                .isEqualTo("alpha");
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void theSameKeyOfTwoOwnersIsTwoLoads(String kind) throws Exception {
        open(kind);
        Context anns = load("ann", "alpha", "k");
        Context bobs = load("bob", "beta", "k");

        assertThat(bobs.id()).isNotEqualTo(anns.id());
        assertThat(load("ann", "gamma", "k")).isEqualTo(anns);
        assertThat(load("bob", "gamma", "k")).isEqualTo(bobs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"folder", "s3"})
    void whatOthersHaveTakesNothingOfAQuota(String kind) throws Exception {
        open(kind);
        loader = loader(Workbench.SMALL.withOwnedBytes(10));
        load("ann", "0123456789", null);

        load("bob", "0123456789", null);
        assertThatThrownBy(() -> load("ann", "0", null)).isInstanceOf(ContextException.class);
    }

    @Test
    void aDamagedContextIsTheOwnersTroubleAlone() throws Exception {
        open("folder");
        Context anns = load("ann", "alpha", null);
        Path manifest = temporary.resolve("store/contexts/" + anns.id() + ".json");
        String whole = Files.readString(manifest);
        Files.writeString(manifest, whole.substring(0, whole.length() / 2));

        assertThat(store.of("bob").find(anns.id())).isEmpty();
        assertThat(store.of("bob").delete(anns.id())).isFalse();
        assertThatThrownBy(() -> store.of("ann").find(anns.id())).hasMessageContaining("is damaged");
        assertThat(store.of("ann").delete(anns.id())).isTrue();
    }

    @Test
    void whatWasLoadedBeforeThereWereOwnersBelongsToTheLocalCaller() throws Exception {
        open("folder");
        Context context = load("ann", "alpha", null);
        Path manifest = temporary.resolve("store/contexts/" + context.id() + ".json");
        String whole = Files.readString(manifest);
        for (String before : List.of(
                whole.replace("\"owner\":\"ann\",", ""), whole.replace("\"owner\":\"ann\"", "\"owner\":\"anybody\""))) {
            assertThat(before).isNotEqualTo(whole);
            Files.write(manifest, before.getBytes(StandardCharsets.UTF_8));

            assertThat(store.of(Context.LOCAL).find(context.id()).orElseThrow().owner())
                    .isEqualTo(Context.LOCAL);
            assertThat(store.of(Context.LOCAL).list()).hasSize(1);
            assertThat(store.of("ann").find(context.id())).isEmpty();
            assertThat(store.of("anybody").list()).isEmpty();
        }
    }
}
