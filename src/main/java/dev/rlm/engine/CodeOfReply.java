package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.RootReplied;
import java.util.ArrayList;
import java.util.List;

/**
 * What a root model's reply asks for: its tool calls' code if it made tool calls, else its fenced blocks.
 *
 * @param cells the code to run, in order
 * @param prose the reply as text
 * @param isProse whether the reply is nothing but text, and all of it: it may be meant as the answer
 * @param note what the root model should know about its reply, empty or ending with a line end
 */
record CodeOfReply(List<String> cells, String prose, boolean isProse, String note) {

    static CodeOfReply of(RootReplied replied) {
        ReplyParser.Reply reply = ReplyParser.parse(replied.text());
        return replied.toolCalls().isEmpty() ? ofText(reply, replied.cut()) : ofToolCalls(replied, reply.prose());
    }

    private static CodeOfReply ofText(ReplyParser.Reply reply, boolean cut) {
        List<String> cells = reply.cells();
        if (cut && reply.unfinished()) {
            cells = cells.subList(0, cells.size() - 1);
        }
        String note = "";
        if (cells.isEmpty()) {
            note = (cut ? MessageText.NO_CODE_BUT_CUT : MessageText.NO_CODE).with() + "\n";
        } else if (cells.size() < reply.cells().size()) {
            note = MessageText.LAST_CELL_CUT.with() + "\n";
        }
        return new CodeOfReply(cells, reply.prose(), cells.isEmpty() && !cut, note);
    }

    private static CodeOfReply ofToolCalls(RootReplied replied, String prose) {
        List<String> cells = new ArrayList<>();
        for (CodeCall call : replied.toolCalls()) {
            String code =
                    call.name().equals(RootModel.PYTHON.name()) ? Json.textMember(call.argumentsJson(), "code") : null;
            if (code == null) {
                String note = MessageText.TOOL_CALL_NOT_UNDERSTOOD.with(cells.size() + 1, RootModel.PYTHON.name());
                return new CodeOfReply(cells, prose, false, note + "\n");
            }
            cells.add(code);
        }
        return new CodeOfReply(cells, prose, false, "");
    }
}
