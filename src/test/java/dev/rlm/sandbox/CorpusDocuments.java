package dev.rlm.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The documents that the corpus works on: a few hundred kilobytes, the same on every machine. */
final class CorpusDocuments {
    private static final String[] LEVELS = {"DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"};
    private static final String[] SERVICES = {"auth", "billing", "search", "mailer", "gateway"};
    private static final String[] PLACES = {"Zürich", "São Paulo", "東京", "Oslo", "Kraków", "Αθήνα", "New York"};
    private static final String[] NAMES = {
        "Ada Lovelace", "Søren Kierkegaard", "Zoë \"Zed\" O'Neil", "Müller, Jürgen", "王小明", "Ñuño Peña", "Bob Smith"
    };
    private static final String[] WORDS = {
        "the",
        "agreement",
        "party",
        "shall",
        "deliver",
        "payment",
        "within",
        "days",
        "notice",
        "liability",
        "term",
        "refund",
        "supplier",
        "customer",
        "invoice",
        "of",
        "and",
        "to",
        "a",
        "in",
        "written",
        "consent",
        "without"
    };

    private static final List<String> NOTES = List.of(
            "Grüße aus Köln — naïve café, e\u0301tude, Straße, ﬁne ligatures, Å and Å.",
            "日本語のテキスト。東京と大阪。全角１２３ and half 123.",
            "Emoji: 😀 😃 👨‍👩‍👧‍👦 🇨🇭 👍🏽 ❤️ and 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 beyond the BMP 𐍈.",
            "Ελληνικά: Οδυσσεύς, ΟΔΥΣΣΕΎΣ. Русский: Привет, мир! عربى: مرحبا. עברית: שלום.",
            "İstanbul'da ılık bir gün; I and i, ı and İ.",
            "Non breaking\u00a0space, thin\u2009space, zero\u200bwidth, line\u2028separator, soft\u00adhyphen.",
            "Tabs\tand\ttrailing spaces   ",
            "½ ⅔ ² ₃ Ⅷ ৪ ٣ — numerals. “Curly quotes” ‘single’ … ellipsis.");

    private CorpusDocuments() {}

    static List<SandboxDocument> in(Path folder) throws IOException {
        return List.of(
                TestRepl.document(folder, "logs/server.log", log(new Random(1))),
                TestRepl.document(folder, "data/people.csv", people(new Random(2))),
                TestRepl.document(folder, "data/orders.json", orders(new Random(3))),
                TestRepl.document(folder, "data/tickets.jsonl", tickets(new Random(4))),
                TestRepl.document(folder, "contracts/v1.txt", contract(new Random(5), false)),
                TestRepl.document(folder, "contracts/v2.txt", contract(new Random(5), true)),
                TestRepl.document(folder, "notes/mehrsprachig 🌍.txt", notes()),
                TestRepl.document(folder, "web/page.html", page(new Random(6))),
                TestRepl.document(folder, "web/feed.xml", feed(new Random(7))),
                TestRepl.document(folder, "haystack.txt", haystack(new Random(8))));
    }

    private static String pick(Random random, String... from) {
        return from[random.nextInt(from.length)];
    }

    private static String log(Random random) {
        StringBuilder text = new StringBuilder();
        int second = 0;
        for (int i = 0; i < 1200; i++) {
            second += random.nextInt(240);
            String level = pick(random, LEVELS);
            String service = pick(random, SERVICES);
            text.append(String.format(
                    Locale.ROOT,
                    "2026-%02d-%02dT%02d:%02d:%02d.%03dZ %-5s [%s] req=%08x user=%d took %d ms",
                    3 + second / 86400 / 28,
                    1 + second / 86400 % 28,
                    second / 3600 % 24,
                    second / 60 % 60,
                    second % 60,
                    random.nextInt(1000),
                    level,
                    service,
                    random.nextInt(),
                    100 + random.nextInt(40),
                    random.nextInt(random.nextInt(20) == 0 ? 9000 : 400)));
            if (level.equals("ERROR")) {
                String error =
                        pick(random, "TimeoutException: upstream did not answer", "SQLException: deadlock found");
                text.append(String.format(
                        Locale.ROOT,
                        "%njava.util.%s%n\tat com.example.%s.Handler.run(Handler.java:%d)",
                        error,
                        service,
                        i));
                if (random.nextBoolean()) {
                    text.append("\nCaused by: java.io.IOException: connection reset by 10.0.")
                            .append(random.nextInt(4))
                            .append('.')
                            .append(random.nextInt(256));
                }
            }
            text.append('\n');
        }
        return text.toString().replace("\r", "");
    }

    private static String people(Random random) {
        StringBuilder text = new StringBuilder("id,name,city,joined,salary,notes\r\n");
        for (int i = 0; i < 300; i++) {
            String name = pick(random, NAMES).replace("\"", "\"\"");
            String salary = random.nextInt(15) == 0
                    ? ""
                    : String.format(Locale.ROOT, "%d.%02d", 2000 + random.nextInt(7000), random.nextInt(100));
            String notes = switch (random.nextInt(6)) {
                case 0 -> "\"two\nlines\"";
                case 1 -> "\"a, b, and \"\"c\"\"\"";
                case 2 -> " spaces ";
                default -> "";
            };
            text.append(String.format(
                    Locale.ROOT,
                    "%d,\"%s\",%s,%02d/%02d/%d,%s,%s\r\n",
                    1000 + i,
                    name,
                    pick(random, PLACES),
                    1 + random.nextInt(12),
                    1 + random.nextInt(28),
                    2015 + random.nextInt(11),
                    salary,
                    notes));
        }
        return text.toString();
    }

    private static String orders(Random random) {
        StringBuilder text = new StringBuilder("{\"currency\": \"EUR\", \"orders\": [");
        for (int i = 0; i < 250; i++) {
            text.append(i == 0 ? "\n" : ",\n")
                    .append(String.format(
                            Locale.ROOT,
                            "  {\"order\": \"A-%05d\", \"person\": %d, \"paid\": %s, \"discount\": %s, \"when\": \"2026-%02d-%02dT%02d:00:00+0%d:00\","
                                    + " \"items\": [",
                            i * 7,
                            1000 + random.nextInt(320),
                            random.nextBoolean(),
                            pick(random, "null", "0.1", "1e-2", "-0.0"),
                            1 + random.nextInt(12),
                            1 + random.nextInt(28),
                            random.nextInt(24),
                            random.nextInt(3)));
            int items = random.nextInt(5);
            for (int j = 0; j < items; j++) {
                text.append(j == 0 ? "" : ", ")
                        .append(String.format(
                                Locale.ROOT,
                                "{\"sku\": \"%s\", \"n\": %d, \"price\": %d.%02d}",
                                pick(random, "pen", "caf\\u00e9", "b\\\"ook", "\\ud83d\\ude00 mug", "tab\\tle"),
                                1 + random.nextInt(9),
                                random.nextInt(90),
                                random.nextInt(100)));
            }
            text.append("]}");
        }
        return text.append("\n]}\n").toString();
    }

    private static String tickets(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            if (i % 41 == 40) {
                text.append("{\"id\": ").append(i).append(", \"subject\": \"cut off\n");
                continue;
            }
            text.append(String.format(
                            Locale.ROOT,
                            "{\"id\": %d, \"priority\": \"%s\", \"subject\": \"%s %s\", \"tags\": [\"%s\", \"%s\"], \"mail\": \"%s%d@example.%s\"}%n",
                            i,
                            pick(random, "low", "high", "urgent"),
                            pick(random, "Refund for", "Cannot open", "Question on", "Ünbekannt:"),
                            pick(random, "invoice", "account", "ticket 🎫", "delivery"),
                            pick(random, "a", "b", "c"),
                            pick(random, "x", "y"),
                            pick(random, "ann", "bob", "Cy.D"),
                            random.nextInt(30),
                            pick(random, "com", "org", "co.uk"))
                    .replace("\r", ""));
        }
        return text.toString();
    }

    private static String sentence(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            String word = pick(random, WORDS);
            text.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : " " + word);
        }
        return text.append('.').toString();
    }

    private static String contract(Random random, boolean changed) {
        StringBuilder text = new StringBuilder("MASTER AGREEMENT\n\n");
        for (int section = 1; section <= 12; section++) {
            text.append(
                    String.format(Locale.ROOT, "%d. Section %s%n", section, pick(random, "Scope", "Payment", "Term"))
                            .replace("\r", ""));
            for (int clause = 1; clause <= 6; clause++) {
                String words = sentence(random, 12 + random.nextInt(30));
                if (changed && (section * clause) % 17 == 0) {
                    words = words.replace("payment", "prepayment").replace("shall", "may") + " Amended.";
                }
                if (changed && section == 7 && clause == 3) {
                    continue;
                }
                text.append(section)
                        .append('.')
                        .append(clause)
                        .append(' ')
                        .append(words)
                        .append('\n');
            }
            text.append('\n');
        }
        return text.append(changed ? "Signed in Zürich, 1 March 2026\n" : "Signed in Oslo, 3 January 2025\n")
                .toString();
    }

    private static String notes() {
        return (String.join("\n", NOTES) + "\n").repeat(3);
    }

    private static String page(Random random) {
        StringBuilder text =
                new StringBuilder("<!DOCTYPE html>\n<html><head><title>Prices &amp; stock</title></head><body>\n");
        text.append("<h1 class='top'>Caf&eacute; &#8212; men&uuml;</h1>\n<table id=prices>\n");
        for (int i = 0; i < 60; i++) {
            text.append(String.format(
                            Locale.ROOT,
                            "<tr data-id=\"%d\"><td>%s</td><td class=\"price\">&euro; %d,%02d</td><td><a href=\"/item?id=%d&amp;lang=de#top\">more</a></td></tr>%n",
                            i,
                            pick(random, "Tea", "Cr&egrave;me", "<b>Cake</b>", "5 &lt; 6"),
                            random.nextInt(20),
                            random.nextInt(100),
                            i)
                    .replace("\r", ""));
        }
        return text.append("</table>\n<!-- a comment > here -->\n<p>Done.<br/>Bye</p></body></html>\n")
                .toString();
    }

    private static String feed(Random random) {
        StringBuilder text = new StringBuilder(
                "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:x=\"urn:x\">\n");
        for (int i = 0; i < 50; i++) {
            text.append(String.format(
                            Locale.ROOT,
                            "  <entry x:rank=\"%d\"><title>%s</title><updated>2026-0%d-1%dT08:00:00Z</updated>"
                                    + "<x:size>%d</x:size><summary><![CDATA[a < b & c]]> tail</summary></entry>%n",
                            random.nextInt(10),
                            pick(random, "Erste", "Zweite &amp; dritte", "四番目", "Fifth"),
                            1 + random.nextInt(9),
                            random.nextInt(9),
                            random.nextInt(100_000))
                    .replace("\r", ""));
        }
        return text.append("</feed>\n").toString();
    }

    private static String haystack(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 900; i++) {
            text.append(sentence(random, 10 + random.nextInt(20))).append(i % 9 == 8 ? "\n\n" : " ");
            if (i == 333) {
                text.append("The magic number of the north gate is 48151623. ");
            }
            if (i == 707) {
                text.append("Remember: the passphrase is 'purple giraffe 42'. ");
            }
            if (i % 150 == 149) {
                text.append(String.format(Locale.ROOT, "CHAPTER %d%n", i / 150 + 1)
                                .replace("\r", ""))
                        .append("Anna met Karl in ")
                        .append(pick(random, PLACES))
                        .append(" on ")
                        .append(1 + i % 28)
                        .append(" May 19")
                        .append(50 + i % 49)
                        .append(". ");
            }
        }
        return text.toString();
    }
}
