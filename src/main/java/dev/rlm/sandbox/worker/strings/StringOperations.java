package dev.rlm.sandbox.worker.strings;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The operations of {@code com.oracle.truffle.api.strings.TStringOps} that have a faster form, under their names there and
 * with the same results. Public because Truffle's class calls them.
 *
 * <p>A text is a part of an array: an index of its first byte, and a length in characters. A character has one byte, two or
 * four, in the order of the machine: its <em>stride</em> is 0, 1 or 2, the logarithm. Two strides are one number, {@code 3 *
 * strideA + strideB}. Characters have no sign. Nothing is checked: the arrays hold what their callers say. No call looks
 * for interrupts, and none takes longer than reading its texts from memory does.
 */
public final class StringOperations {
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final VarHandle CHARS = MethodHandles.byteArrayViewVarHandle(char[].class, ORDER);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ORDER);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

    /** What Truffle calls {@code CR_7BIT} and {@code CR_8BIT}. */
    private static final int ASCII = 0;

    private static final int LATIN_1 = 1;

    private StringOperations() {}

    /** Copies a text into another array, where its characters may be wider, or narrower if all of them fit. */
    public static void runArrayCopy(byte[] from, int fromIndex, byte[] to, int toIndex, int length, int strides) {
        int stride = strides % 3;
        if (strides / 3 == stride) {
            System.arraycopy(from, fromIndex, to, toIndex, length << stride);
            return;
        }
        switch (strides) {
            case 1 -> {
                for (int i = 0; i < length; i++) {
                    CHARS.set(to, toIndex + (i << 1), (char) (from[fromIndex + i] & 0xff));
                }
            }
            case 2 -> {
                for (int i = 0; i < length; i++) {
                    INTS.set(to, toIndex + (i << 2), from[fromIndex + i] & 0xff);
                }
            }
            case 3 -> {
                for (int i = 0; i < length; i++) {
                    to[toIndex + i] = (byte) (char) CHARS.get(from, fromIndex + (i << 1));
                }
            }
            case 5 -> {
                for (int i = 0; i < length; i++) {
                    INTS.set(to, toIndex + (i << 2), (int) (char) CHARS.get(from, fromIndex + (i << 1)));
                }
            }
            case 6 -> {
                for (int i = 0; i < length; i++) {
                    to[toIndex + i] = (byte) (int) INTS.get(from, fromIndex + (i << 2));
                }
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    CHARS.set(to, toIndex + (i << 1), (char) (int) INTS.get(from, fromIndex + (i << 2)));
                }
            }
        }
    }

    /** Whether two texts have the same characters. */
    public static boolean runRegionEqualsWithStride(
            byte[] a, int indexA, byte[] b, int indexB, int length, int strides) {
        return firstDifference(a, indexA, b, indexB, length, strides) < 0;
    }

    /** The difference of the first two characters that are not the same, or 0. */
    public static int runMemCmp(byte[] a, int indexA, byte[] b, int indexB, int length, int strides) {
        int i = firstDifference(a, indexA, b, indexB, length, strides);
        return i < 0 ? 0 : character(a, indexA, strides / 3, i) - character(b, indexB, strides % 3, i);
    }

    private static int firstDifference(byte[] a, int indexA, byte[] b, int indexB, int length, int strides) {
        int strideA = strides / 3;
        int strideB = strides % 3;
        if (strideA == strideB) {
            int bytes = length << strideA;
            int at = Arrays.mismatch(a, indexA, indexA + bytes, b, indexB, indexB + bytes);
            return at < 0 ? -1 : at >> strideA;
        }
        for (int i = 0; i < length; i++) {
            if (character(a, indexA, strideA, i) != character(b, indexB, strideB, i)) {
                return i;
            }
        }
        return -1;
    }

    /** The hash of {@link String#hashCode}, of characters instead of UTF-16 units. */
    public static int runHashCode(byte[] text, int index, int length, int stride) {
        int hash = 0;
        switch (stride) {
            case 0 -> {
                int at = index;
                int end = index + length;
                for (; at <= end - 4; at += 4) {
                    hash = 31 * 31 * 31 * 31 * hash
                            + 31 * 31 * 31 * (text[at] & 0xff)
                            + 31 * 31 * (text[at + 1] & 0xff)
                            + 31 * (text[at + 2] & 0xff)
                            + (text[at + 3] & 0xff);
                }
                for (; at < end; at++) {
                    hash = 31 * hash + (text[at] & 0xff);
                }
            }
            case 1 -> {
                for (int i = 0; i < length; i++) {
                    hash = 31 * hash + (char) CHARS.get(text, index + (i << 1));
                }
            }
            default -> {
                for (int i = 0; i < length; i++) {
                    hash = 31 * hash + (int) INTS.get(text, index + (i << 2));
                }
            }
        }
        return hash;
    }

    /** Whether a text of one byte for each character is ASCII or needs more of Latin-1, in Truffle's numbers. */
    public static int runCalcStringAttributesLatin1(byte[] text, int index, int length) {
        int at = index;
        int end = index + length;
        for (; at <= end - 8; at += 8) {
            if (((long) LONGS.get(text, at) & ~LOW_BITS) != 0) {
                return LATIN_1;
            }
        }
        for (; at < end; at++) {
            if (text[at] < 0) {
                return LATIN_1;
            }
        }
        return ASCII;
    }

    /** Where a character first stands at or after a position, or -1. */
    public static int runIndexOfAny1(byte[] text, int index, int length, int stride, int from, int character) {
        if (stride == 0) {
            return indexOfByte(text, index, length, from, character);
        }
        for (int i = from; i < length; i++) {
            if (character(text, index, stride, i) == character) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfByte(byte[] text, int index, int length, int from, int character) {
        if (character >>> 8 != 0) {
            return -1;
        }
        int at = index + from;
        int end = index + length;
        long pattern = EACH_BYTE * character;
        for (; at <= end - 8; at += 8) {
            long found = zeros((long) LONGS.get(text, at) ^ pattern);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >> 3) - index;
            }
        }
        for (; at < end; at++) {
            if ((text[at] & 0xff) == character) {
                return at - index;
            }
        }
        return -1;
    }

    /** Where two characters first stand side by side, the first of them at or after a position, or -1. */
    public static int runIndexOf2ConsecutiveWithStride(
            byte[] text, int index, int length, int stride, int from, int first, int second) {
        if (stride == 0) {
            return indexOfTwoBytes(text, index, length, from, first, second);
        }
        for (int i = from; i < length - 1; i++) {
            if (character(text, index, stride, i) == first && character(text, index, stride, i + 1) == second) {
                return i;
            }
        }
        return -1;
    }

    private static int indexOfTwoBytes(byte[] text, int index, int length, int from, int first, int second) {
        if ((first | second) >>> 8 != 0) {
            return -1;
        }
        int at = index + from;
        int end = index + length;
        long firsts = EACH_BYTE * first;
        long seconds = EACH_BYTE * second;
        for (; at <= end - 9; at += 8) {
            long found = zeros((long) LONGS.get(text, at) ^ firsts) & zeros((long) LONGS.get(text, at + 1) ^ seconds);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >> 3) - index;
            }
        }
        for (; at < end - 1; at++) {
            if ((text[at] & 0xff) == first && (text[at + 1] & 0xff) == second) {
                return at - index;
            }
        }
        return -1;
    }

    /** The highest bit of each byte that is 0, and no other. */
    private static long zeros(long bytes) {
        return ~(((bytes & LOW_BITS) + LOW_BITS) | bytes | LOW_BITS);
    }

    private static int character(byte[] text, int index, int stride, int i) {
        return switch (stride) {
            case 0 -> text[index + i] & 0xff;
            case 1 -> (char) CHARS.get(text, index + (i << 1));
            default -> (int) INTS.get(text, index + (i << 2));
        };
    }
}
