package dev.rlm.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * Counts credentials that were wrong by the address that they came from, so that who tries many is told to wait and the log
 * tells of it. Thread-safe.
 */
public final class FailedAuthentications {

    private static final System.Logger LOG = System.getLogger(FailedAuthentications.class.getName());

    private final RateLimit limit;
    private final RateLimit lines;

    /**
     * Limits of each address.
     *
     * @param limit of wrong credentials
     * @param lines of lines in the log
     */
    public FailedAuthentications(RateLimit limit, RateLimit lines) {
        this.limit = limit;
        this.lines = lines;
    }

    /** Counts one from an address; empty if that was not too many, otherwise how long it has to wait. */
    public Optional<Duration> count(String address) {
        String network = network(address);
        Optional<Duration> wait = limit.take(network);
        if (wait.isPresent() && lines.take(network).isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "Many wrong credentials come from " + network + ".");
        }
        return wait;
    }

    /** Who has one address of IPv6 has all that share its first 64 bits. */
    private static String network(String address) {
        if (!address.contains(":")) {
            return address;
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            if (bytes.length == 16) {
                java.util.Arrays.fill(bytes, 8, 16, (byte) 0);
                return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
            }
        } catch (IllegalArgumentException | UnknownHostException _) {
            // Counted as it is.
        }
        return address;
    }
}
