package dev.rlm.mcp.stateless;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The way back to a client that never hears anything. */
class SilentExchange implements Exchange {

    @Override
    public boolean takesNotifications() {
        return false;
    }

    @Override
    public void notify(String method, ObjectNode params) {}

    @Override
    public boolean isClosed() {
        return false;
    }

    @Override
    public void onClose(Runnable action) {}

    @Override
    public void answer(int status, ObjectNode response) {}
}
