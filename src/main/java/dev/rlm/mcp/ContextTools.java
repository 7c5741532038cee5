package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.Context;
import dev.rlm.context.ContextException;
import dev.rlm.context.ContextLoader;
import dev.rlm.context.ContextMatches;
import dev.rlm.context.ContextPassages;
import dev.rlm.context.ContextReader;
import dev.rlm.context.ContextSearch;
import dev.rlm.context.ContextStore;
import dev.rlm.context.Contexts;
import dev.rlm.context.Document;
import dev.rlm.context.PassageSearch;
import dev.rlm.context.PdfPages;
import dev.rlm.context.Slice;
import dev.rlm.context.Source;
import dev.rlm.search.Match;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import dev.rlm.search.SearchException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The tools about contexts. None of them asks a model. */
@Singleton
final class ContextTools {

    private static final int DOCUMENTS_TOLD = 50;
    private static final int PAGE = 20;
    private static final int MATCHES = 50;
    private static final Duration SEARCH_TIME = Duration.ofSeconds(45);
    private static final int PASSAGES = 10;
    private static final int LINE_CHARACTERS = 500;
    private static final int READ_LINES = 200;
    private static final int READ_CHARACTERS = 20_000;

    private final ContextLoader loader;
    private final Contexts contexts;
    private final ContextReader reader;
    private final ContextSearch search;
    private final PassageSearch passages;

    ContextTools(
            ContextLoader loader,
            Contexts contexts,
            ContextReader reader,
            ContextSearch search,
            PassageSearch passages) {
        this.loader = loader;
        this.contexts = contexts;
        this.reader = reader;
        this.search = search;
        this.passages = passages;
    }

    ObjectNode load(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        List<Source> sources = new ArrayList<>();
        String text = arguments.textOrNull("text");
        if (text != null) {
            sources.add(new Source.Text("text", text));
        }
        for (Arguments document : arguments.objects("documents")) {
            sources.add(new Source.Text(document.text("name"), document.text("text")));
        }
        arguments.texts("paths").forEach(path -> sources.add(Source.at(path)));
        arguments.texts("urls").forEach(url -> sources.add(Source.ofAddress(url)));
        if (sources.isEmpty()) {
            throw new ToolFailure("Nothing to load was given: pass `text`, `documents`, `paths` or `urls`.");
        }
        try {
            String pages = arguments.textOrNull("pdf_pages");
            return object(
                    "context",
                    json(loader.load(
                            caller.name(),
                            arguments.textOrNull("name"),
                            sources,
                            arguments.textOrNull("key"),
                            pages == null ? PdfPages.AUTO : PdfPages.ofLabel(pages))));
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    ObjectNode list(Arguments arguments, RlmTool.Caller caller) throws ToolFailure {
        List<Context> all;
        try {
            all = own(caller).list();
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
        int from = Math.min(arguments.integer("offset", 0), all.size());
        int to = Math.min(from + arguments.integer("limit", PAGE), all.size());
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        ArrayNode page = result.putArray("contexts");
        all.subList(from, to).forEach(context -> page.add(json(context)));
        result.put("total", all.size());
        result.put("next_offset", to < all.size() ? (Integer) to : null);
        return result;
    }

    ObjectNode delete(Arguments arguments, RlmTool.Caller caller) throws ToolFailure {
        try {
            String id = arguments.text("context_id");
            boolean deleted = own(caller).delete(id);
            if (deleted) {
                passages.forget(id);
            }
            return JsonNodeFactory.instance.objectNode().put("deleted", deleted);
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    ObjectNode search(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        if (arguments.has("query") == arguments.has("pattern")) {
            throw new ToolFailure(
                    "Pass either `query`, words to find passages by, or `pattern`, a regular expression.");
        }
        return arguments.has("query") ? byWords(arguments, own(caller)) : byPattern(arguments, caller);
    }

    private ObjectNode byWords(Arguments arguments, ContextStore own) throws ToolFailure, InterruptedException {
        if (arguments.has("ignore_case") || arguments.has("context_lines") || arguments.has("max_matches")) {
            throw new ToolFailure(
                    "`ignore_case`, `context_lines` and `max_matches` go with `pattern`: with `query`, case"
                            + " does not matter and `k` is how many passages to return.");
        }
        try {
            ContextPassages found = passages.search(
                    context(arguments, own),
                    arguments.text("query"),
                    arguments.integer("k", PASSAGES),
                    arguments.textOrNull("documents"),
                    SEARCH_TIME);
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            ArrayNode list = result.putArray("passages");
            found.passages().forEach(passage -> list.add(json(passage)));
            result.put("truncated", found.truncated());
            return result;
        } catch (SearchException e) {
            throw new ToolFailure(e.getMessage());
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    private ObjectNode byPattern(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        if (arguments.has("k")) {
            throw new ToolFailure(
                    "`k` goes with `query`: with `pattern`, `max_matches` is how many matches to return.");
        }
        try {
            RegexSearch pattern = RegexSearch.compile(arguments.text("pattern"), arguments.flag("ignore_case"));
            Options options = new Options(
                    arguments.integer("max_matches", MATCHES), arguments.integer("context_lines", 0), LINE_CHARACTERS);
            Context context = context(arguments, own(caller));
            String documents = arguments.textOrNull("documents");
            ContextMatches found = new BoundedSearch(SEARCH_TIME)
                    .result(() -> search.search(context, pattern, options, documents), caller);
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            ArrayNode matches = result.putArray("matches");
            found.documents()
                    .forEach(document ->
                            document.matches().forEach(match -> matches.add(json(document.document(), match))));
            result.put("truncated", found.truncated());
            return result;
        } catch (SearchException e) {
            throw new ToolFailure(e.getMessage());
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    ObjectNode read(Arguments arguments, RlmTool.Caller caller) throws ToolFailure, InterruptedException {
        boolean byLine = !arguments.has("offset");
        if (!byLine && (arguments.has("first_line") || arguments.has("max_lines"))) {
            throw new ToolFailure("Pass either `offset`, to read characters, or `first_line`, to read lines.");
        }
        Context context = context(arguments, own(caller));
        String document = arguments.textOrNull("document");
        int characters = arguments.integer("max_characters", READ_CHARACTERS);
        try {
            Slice slice = byLine
                    ? reader.readLines(
                            context,
                            document,
                            arguments.number("first_line", 1),
                            arguments.integer("max_lines", READ_LINES),
                            characters)
                    : reader.readCharacters(context, document, arguments.number("offset", 0), characters);
            return json(slice);
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    private ContextStore own(RlmTool.Caller caller) {
        return contexts.of(caller.name());
    }

    private static Context context(Arguments arguments, ContextStore own) throws ToolFailure {
        String id = arguments.text("context_id");
        try {
            return own.find(id)
                    .orElseThrow(() -> new ToolFailure("There is no context with the id '" + id
                            + "'. It may have been deleted; see rlm_list_contexts, or load it again."));
        } catch (ContextException e) {
            throw new ToolFailure(e.getMessage());
        }
    }

    /** A context as lists tell it. */
    static ObjectNode json(Context context) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("context_id", context.id());
        json.put("name", context.name());
        json.put("created_at", context.created().toString());
        json.put("characters", context.characters());
        json.put("tokens", context.tokens());
        json.put("document_count", context.documents().size());
        ArrayNode documents = json.putArray("documents");
        for (Document document :
                context.documents().stream().limit(DOCUMENTS_TOLD).toList()) {
            documents
                    .addObject()
                    .put("name", document.name())
                    .put("characters", document.characters())
                    .put("lines", document.lines())
                    .put("media_type", document.mediaType());
        }
        json.put("preview", context.preview());
        context.skipped().forEach(json.putArray("skipped")::add);
        return json;
    }

    private static ObjectNode json(String document, Match match) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("document", document);
        json.put("line", match.line());
        json.put("offset", match.start());
        json.put("text", match.lineText());
        match.before().forEach(json.putArray("before")::add);
        match.after().forEach(json.putArray("after")::add);
        return json;
    }

    private static ObjectNode json(ContextPassages.InDocument passage) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("document", passage.document());
        json.put("line", passage.line());
        json.put("offset", passage.start());
        json.put("text", passage.text());
        json.put("score", Math.round(passage.score() * 1000) / 1000.0);
        return json;
    }

    private static ObjectNode json(Slice slice) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("document", slice.document());
        json.put("text", slice.text());
        json.put("offset", slice.start());
        json.put("next_offset", slice.more() ? (Long) slice.end() : null);
        json.put("first_line", slice.firstLine());
        json.put("last_line", slice.lastLine());
        return json;
    }

    private static ObjectNode object(String name, ObjectNode value) {
        return JsonNodeFactory.instance.objectNode().set(name, value);
    }
}
