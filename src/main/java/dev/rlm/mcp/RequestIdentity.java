package dev.rlm.mcp;

import io.quarkiverse.mcp.server.runtime.McpRequest;
import io.quarkiverse.mcp.server.runtime.SecuritySupport;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whose a request is that the library has not handled yet: it tells so in the way in which it would tell it to a tool. */
final class RequestIdentity implements CurrentIdentityAssociation {

    private @Nullable Uni<SecurityIdentity> identity;

    private RequestIdentity() {}

    /** The identity behind a request. May wait for it. */
    static SecurityIdentity of(McpRequest request, SecurityIdentity anonymous) {
        RequestIdentity told = new RequestIdentity();
        SecuritySupport support = request.securitySupport();
        if (support != null) {
            support.setCurrentIdentity(told);
        }
        return told.identity == null ? anonymous : told.getIdentity();
    }

    @Override
    public void setIdentity(SecurityIdentity known) {
        identity = Uni.createFrom().item(known);
    }

    @Override
    public void setIdentity(Uni<SecurityIdentity> later) {
        identity = later;
    }

    @Override
    public SecurityIdentity getIdentity() {
        return getDeferredIdentity().await().indefinitely();
    }

    @Override
    public Uni<SecurityIdentity> getDeferredIdentity() {
        return Objects.requireNonNull(identity, "No identity was told.");
    }
}
