package dev.rlm.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ApiKeysTest {

    private final Random random = new Random(11);
    private final String first = ApiKey.random(random);
    private final String second = ApiKey.random(random);
    private final String unknown = ApiKey.random(random);

    private static ApiKey key(String name, Scope scope, String... keys) {
        return new ApiKey(name, List.of(keys).stream().map(ApiKey.Hash::of).toList(), Set.of(scope));
    }

    @Test
    void aKeyIsKnownByItsHashAlone() {
        ApiKeys keys = new ApiKeys(List.of(key("ci", Scope.ASK, first), key("ops", Scope.ADMIN, second)));

        assertThat(keys.bearer(first)).contains(new Caller("key:ci", Set.of(Scope.ASK)));
        assertThat(keys.bearer(second)).contains(new Caller("key:ops", Set.of(Scope.ADMIN)));
        assertThat(keys.bearer(unknown)).isEmpty();
        assertThat(keys.bearer(ApiKey.Hash.of(first).toString())).isEmpty();
        assertThat(keys.bearer(first + " ")).isEmpty();
        assertThat(keys.bearer("")).isEmpty();
        assertThat(keys.toString()).doesNotContain(first, second);
    }

    @Test
    void aKeyCanBeChangedWithoutABreak() {
        ApiKeys keys = new ApiKeys(List.of(key("ci", Scope.ASK, first, second)));

        assertThat(keys.bearer(first)).isEqualTo(keys.bearer(second)).isPresent();
    }

    @Test
    void keysAreLongAndNeverTheSame() {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            made.add(ApiKey.random(random));
        }
        assertThat(made).hasSize(1_000).allMatch(key -> key.matches("rlm_[A-Za-z0-9_-]{43}"));
    }

    @Test
    void hashesAreReadAsTheyAreWritten() {
        // The SHA-256 of "abc", from FIPS 180-2.
        String abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(ApiKey.Hash.of("abc").toString()).isEqualTo(abc);
        assertThat(ApiKey.Hash.parse(abc).toString()).isEqualTo(abc);
    }

    @Test
    void aKeyInThePlaceOfAHashIsRefusedAndNotRepeated() {
        for (String wrong :
                List.of(first, "", "sha256:", "sha256:" + "0".repeat(62), "0".repeat(64), "sha256:" + "x".repeat(64))) {
            assertThatThrownBy(() -> ApiKey.Hash.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("A hash is 'sha256:' and 64 hexadecimal digits")
                    .hasMessageNotContaining(first)
                    .hasNoCause();
        }
    }

    @Test
    void namesAreNarrowEnoughForConfiguration() {
        for (String wrong : List.of("", "Ci", "1st", "a b", "a.b", "a".repeat(41), "ä")) {
            assertThatThrownBy(() -> ApiKey.requireName(wrong)).hasMessageStartingWith("The name of a key must be");
        }
        ApiKey.requireName("a");
        ApiKey.requireName("build-2");
    }
}
