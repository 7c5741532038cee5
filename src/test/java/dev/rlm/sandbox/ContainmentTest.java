package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.CellResult.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cell is refused; the REPL goes on after each. */
@Tag("slow")
class ContainmentTest {
    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        repl = new TestRepl(pool.open(TestRepl.documents(folder, "only", "the text")));
        repl.output("kept = 'kept'");
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open('/etc/passwd').read()",
                "open('/tmp/written', 'w').write('x')",
                "import os\nos.listdir('/')",
                "import pathlib\npathlib.Path('/etc/passwd').read_text()",
                "import os\nassert os.system('id > /tmp/written') == 0",
                "import subprocess\nsubprocess.run(['id'], check=True)",
                "import os\nos.fork()",
                "import socket\nsocket.create_connection(('127.0.0.1', 80))",
                "import urllib.request\nurllib.request.urlopen('http://127.0.0.1/')",
                "import ctypes\nctypes.CDLL(None).getpid()",
                "import java\njava.type('java.lang.System')",
                "from java.lang import System",
                "import polyglot\npolyglot.eval(language='js', string='1')",
                "import polyglot\npolyglot.eval(language='python', path='/etc/passwd')",
                "import _posixsubprocess\n_posixsubprocess.fork_exec()",
                "import sys\nimport importlib.util\nimportlib.util.spec_from_file_location('m', '/etc/passwd').loader.load_module()",
                "import os\nos.kill(os.getppid(), 9)",
            })
    void accessBeyondTheReplIsRefused(String code) throws Exception {
        CellResult result = repl.run(code);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(Status.ERROR);
        assertThat(result.output())
                .doesNotContain("root:")
                .doesNotContain("dev.rlm")
                .doesNotContain("\tat ");
        assertThat(repl.output("kept")).isEqualTo("'kept'");
    }

    @Test
    void oversizedAllocationsAreContained() throws Exception {
        CellResult result = repl.run("'x' * 10**10");
        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.error()).containsAnyOf("OverflowError", "MemoryError");
        assertThat(repl.output("kept")).isEqualTo("'kept'");
    }

    @Test
    void noEnvironmentIsVisible() throws Exception {
        assertThat(repl.output("import os\ndict(os.environ)")).isEqualTo("{}");
    }

    @Test
    void theUsualLibrariesWork() throws Exception {
        assertThat(repl.output("""
                import asyncio, base64, bisect, collections, contextlib, copy, csv, dataclasses, datetime, difflib, enum
                import functools, hashlib, heapq, html, io, itertools, json, math, pprint, random, re, statistics
                import string, textwrap, time, typing, unicodedata, urllib.parse, warnings, xml.etree.ElementTree
                hashlib.sha256(b'a').hexdigest()[:8]""")).isEqualTo("'ca978112'");
    }

    @Test
    void randomIsTheSameInEveryTask() throws Exception {
        assertThat(repl.output("import random\nrandom.seed(0)\nrandom.random()"))
                .isEqualTo("0.8444218515250481");
    }
}
