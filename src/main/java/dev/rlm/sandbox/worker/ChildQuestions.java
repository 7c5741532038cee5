package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.ChildQuestion;
import dev.rlm.sandbox.protocol.Frame.ContextFacts;
import dev.rlm.sandbox.protocol.Frame.DocumentFacts;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** Reads child questions as the Python side packs them. */
final class ChildQuestions {
    private static final int LONGEST_NAME = 200;

    private ChildQuestions() {}

    /**
     * Each is [text, [start, end, ...], [name, text, ...], characters, documents, [name, characters, lines, ...], preview,
     * schema or ""].
     *
     * @throws RuntimeException if they are not, which only a cell that has found the function itself can bring about
     */
    static List<ChildQuestion> of(Value packed) {
        int count = inRange(packed.getArraySize(), 1, Frame.AskChildren.MOST_QUESTIONS);
        List<ChildQuestion> questions = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            questions.add(question(packed.getArrayElement(i)));
        }
        return questions;
    }

    private static ChildQuestion question(Value packed) {
        List<Frame.Range> ranges = new ArrayList<>();
        Value places = packed.getArrayElement(1);
        for (int i = 0; i + 1 < inRange(places.getArraySize(), 0, 2 * ChildQuestion.MOST_PARTS); i += 2) {
            ranges.add(new Frame.Range(
                    places.getArrayElement(i).asLong(),
                    places.getArrayElement(i + 1).asLong()));
        }
        List<Frame.NamedText> texts = new ArrayList<>();
        Value named = packed.getArrayElement(2);
        for (int i = 0; i + 1 < inRange(named.getArraySize(), 0, 2 * ChildQuestion.MOST_PARTS); i += 2) {
            texts.add(new Frame.NamedText(
                    name(named.getArrayElement(i)), named.getArrayElement(i + 1).asString()));
        }
        String text = packed.getArrayElement(0).asString();
        int _ = inRange(text.length(), 1, ChildQuestion.MOST_CHARACTERS);
        return new ChildQuestion(text, ranges, texts, facts(packed), schema(packed.getArrayElement(7)));
    }

    private static ContextFacts facts(Value packed) {
        List<DocumentFacts> documents = new ArrayList<>();
        Value listed = packed.getArrayElement(5);
        for (int i = 0; i + 2 < inRange(listed.getArraySize(), 0, 3 * ContextFacts.MOST_LISTED); i += 3) {
            documents.add(new DocumentFacts(
                    name(listed.getArrayElement(i)),
                    listed.getArrayElement(i + 1).asLong(),
                    listed.getArrayElement(i + 2).asLong()));
        }
        String preview = packed.getArrayElement(6).asString();
        return new ContextFacts(
                packed.getArrayElement(3).asLong(),
                packed.getArrayElement(4).asInt(),
                documents,
                preview.substring(0, Math.min(preview.length(), ContextFacts.PREVIEW)));
    }

    /** A schema, of which an empty text says that there is none. */
    static @Nullable String schema(Value text) {
        String schema = text.asString();
        return schema.isEmpty() ? null : schema.substring(0, inRange(schema.length(), 1, Frame.Query.MOST_SCHEMA));
    }

    private static String name(Value name) {
        String text = name.asString();
        return text.substring(0, Math.min(text.length(), LONGEST_NAME));
    }

    private static int inRange(long number, int least, int most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException("Not what the Python side packs.");
        }
        return (int) number;
    }
}
