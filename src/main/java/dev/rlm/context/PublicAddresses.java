package dev.rlm.context;

import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Tells public addresses of the internet from those of this machine, its networks and its platform, which nobody may have this
 * server ask (server-side request forgery). The ranges are those of RFC 6890 and its successors.
 */
final class PublicAddresses {

    private PublicAddresses() {}

    /** Whether an address is public. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address ? isPublic6(bytes) : isPublic4(bytes, 0);
    }

    private static boolean isPublic4(byte[] bytes, int offset) {
        int first = bytes[offset] & 0xFF;
        int second = bytes[offset + 1] & 0xFF;
        int third = bytes[offset + 2] & 0xFF;
        return switch (first) {
            case 0, 10, 127 -> false;
            // Shared by providers and their customers.
            case 100 -> second < 64 || second > 127;
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 -> second != 168 && !(second == 0 && (third == 0 || third == 2)) && !(second == 88 && third == 99);
            case 198 -> second != 18 && second != 19 && !(second == 51 && third == 100);
            case 203 -> !(second == 0 && third == 113);
            default -> first < 224;
        };
    }

    private static boolean isPublic6(byte[] bytes) {
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        // Only 2000::/3 is given out; of it, some ranges hold addresses of version 4 or are for documents.
        if ((first & 0xE0) != 0x20) {
            // 64:ff9b::/96 leads to an address of version 4.
            return first == 0
                    && second == 0x64
                    && (bytes[2] & 0xFF) == 0xFF
                    && (bytes[3] & 0xFF) == 0x9B
                    && isZero(bytes, 4, 12)
                    && isPublic4(bytes, 12);
        }
        if (first == 0x20 && second == 0x02) {
            return isPublic4(bytes, 2);
        }
        boolean teredoOrReserved = first == 0x20 && second == 0x01 && (bytes[2] & 0xFF) < 2;
        boolean documentation = first == 0x20 && second == 0x01 && bytes[2] == 0x0D && (bytes[3] & 0xFF) == 0xB8;
        boolean newDocumentation = first == 0x3F && second == 0xFF && (bytes[2] & 0xF0) == 0;
        return !teredoOrReserved && !documentation && !newDocumentation;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
