package dev.rlm.sandbox.worker.strings;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.truffle.api.strings.TruffleString;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** That strings with our operations in front of Truffle's are the same as without. */
class FasterStringsTest {
    private static final String PACKAGE = "com.oracle.truffle.api.strings.";
    private static final String CLASS = PACKAGE + "TStringOps";
    private static final Operations TRUFFLES = Operations.of(false);
    private static final Operations OURS = Operations.of(true);
    private static final int HEADER = TRUFFLES.header();

    @Test
    void everyOperationIsReachedFromTruffles() throws Exception {
        ClassModel faster = ClassFile.of().parse(FasterStrings.faster(Operations.bytes(CLASS)));
        Set<String> reached = new HashSet<>();
        faster.methods()
                .forEach(method -> method.code()
                        .ifPresent(code -> code.elementStream()
                                .filter(InvokeInstruction.class::isInstance)
                                .map(InvokeInstruction.class::cast)
                                .filter(call -> call.opcode() == Opcode.INVOKESTATIC
                                        && call.owner().asInternalName().endsWith("/StringOperations"))
                                .forEach(call -> {
                                    assertThat(call.name().stringValue())
                                            .isEqualTo(method.methodName().stringValue());
                                    reached.add(call.name().stringValue()
                                            + call.type().stringValue());
                                })));
        Set<String> offered = new HashSet<>();
        ClassFile.of().parse(Operations.bytes(StringOperations.class.getName())).methods().stream()
                .filter(method -> method.flags().has(java.lang.reflect.AccessFlag.PUBLIC))
                .forEach(method -> offered.add(
                        method.methodName().stringValue() + method.methodType().stringValue()));
        assertThat(reached).isEqualTo(offered);
    }

    @Property(tries = 300)
    void textsAreCopiedAlike(@ForAll long seed, @ForAll @IntRange(max = 8) int strides) {
        Texts texts = new Texts(seed);
        int length = texts.length();
        int narrower = Math.min(strides / 3, strides % 3);
        Text from = texts.text(length, strides / 3, narrower);
        Text to = texts.text(length, strides % 3, 0);
        Text same = to.copy();
        TRUFFLES.call("runArrayCopy", from.array, from.offset(), false, to.array, to.offset(), false, length, strides);
        OURS.call("runArrayCopy", from.array, from.offset(), false, same.array, same.offset(), false, length, strides);
        assertThat(same.array).isEqualTo(to.array);
    }

    @Property(tries = 500)
    void textsAreComparedAlike(@ForAll long seed, @ForAll @IntRange(max = 8) int strides) {
        Texts texts = new Texts(seed);
        int length = texts.length();
        Text a = texts.text(length, strides / 3, strides / 3);
        Text b = texts.text(length, strides % 3, strides % 3);
        texts.makeAlike(a, b, length);
        for (String operation : new String[] {"runRegionEqualsWithStride", "runMemCmp"}) {
            assertThat(OURS.call(operation, a.array, a.offset(), false, b.array, b.offset(), false, length, strides))
                    .isEqualTo(TRUFFLES.call(
                            operation, a.array, a.offset(), false, b.array, b.offset(), false, length, strides));
        }
    }

    @Property(tries = 500)
    void textsAreHashedAndSearchedAlike(@ForAll long seed, @ForAll @IntRange(max = 2) int stride) {
        Texts texts = new Texts(seed);
        int length = texts.length();
        Text text = texts.text(length, stride, stride);
        assertAlike("runHashCode", text.array, text.offset(), length, stride, false);
        int from = texts.random.nextInt(length + 1);
        for (int i = 0; i < 10; i++) {
            int one = texts.character(stride);
            int other = texts.character(stride);
            assertAlike("runIndexOfAny1", text.array, text.offset(), length, stride, false, from, one);
            assertAlike(
                    "runIndexOf2ConsecutiveWithStride",
                    text.array,
                    text.offset(),
                    length,
                    stride,
                    false,
                    from,
                    one,
                    other);
        }
        if (stride == 0) {
            assertAlike("runCalcStringAttributesLatin1", text.array, text.offset(), length, false);
        }
    }

    @Property(tries = 50)
    void textsInNativeMemoryAreLeftToTruffle(@ForAll long seed, @ForAll @IntRange(max = 2) int stride) {
        Texts texts = new Texts(seed);
        int length = texts.length();
        Text text = texts.text(length, stride, stride);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, text.array);
            long offset = memory.address() + text.index;
            assertThat(OURS.call("runHashCode", null, offset, length, stride, true))
                    .isEqualTo(TRUFFLES.call("runHashCode", text.array, text.offset(), length, stride, false));
            int strides = 4 * stride;
            assertThat(OURS.call("runMemCmp", text.array, text.offset(), false, null, offset, true, length, strides))
                    .isEqualTo(0);
        }
    }

    private static void assertAlike(String operation, Object... arguments) {
        assertThat(OURS.call(operation, arguments)).isEqualTo(TRUFFLES.call(operation, arguments));
    }

    /** A text somewhere in an array. */
    private static final class Text {
        final byte[] array;
        final int index;
        final int stride;

        Text(byte[] array, int index, int stride) {
            this.array = array;
            this.index = index;
            this.stride = stride;
        }

        long offset() {
            return (long) HEADER + index;
        }

        Text copy() {
            return new Text(array.clone(), index, stride);
        }

        private ByteBuffer buffer() {
            return ByteBuffer.wrap(array).order(ByteOrder.nativeOrder());
        }

        int get(int i) {
            return switch (stride) {
                case 0 -> array[index + i] & 0xff;
                case 1 -> buffer().getChar(index + 2 * i);
                default -> buffer().getInt(index + 4 * i);
            };
        }

        void set(int i, int character) {
            switch (stride) {
                case 0 -> array[index + i] = (byte) character;
                case 1 -> buffer().putChar(index + 2 * i, (char) character);
                default -> buffer().putInt(index + 4 * i, character);
            }
        }
    }

    /** Texts by chance, often with few different characters, so that searches find something. */
    private static final class Texts {
        private final Random random;
        private final int most;

        Texts(long seed) {
            random = new Random(seed);
            most = random.nextBoolean() ? 3 : Integer.MAX_VALUE;
        }

        int length() {
            return random.nextInt(70);
        }

        /** A character that has room in so many bytes. */
        int character(int stride) {
            int limit = Math.min(most, stride == 0 ? 0x100 : stride == 1 ? 0x10000 : 0x110000);
            return random.nextInt(random.nextInt(4) == 0 ? limit : Math.min(limit, 0x80));
        }

        Text text(int length, int stride, int characters) {
            int before = random.nextInt(20);
            Text text = new Text(new byte[before + (length << stride) + random.nextInt(20)], before, stride);
            random.nextBytes(text.array);
            for (int i = 0; i < length; i++) {
                text.set(i, character(characters));
            }
            return text;
        }

        /** Makes two texts the same from the start, up to somewhere. */
        void makeAlike(Text a, Text b, int length) {
            Text narrower = a.stride < b.stride ? a : b;
            int end = random.nextInt(3) == 0 ? length : random.nextInt(length + 1);
            for (int i = 0; i < end; i++) {
                (narrower == a ? b : a).set(i, narrower.get(i));
            }
        }
    }

    /** Truffle's class, as it is or with ours in front, apart from that which this JVM uses. */
    private record Operations(Class<?> type) {
        static Operations of(boolean faster) {
            ClassLoader loader = new ClassLoader(FasterStringsTest.class.getClassLoader()) {
                @Override
                protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                    if (!name.startsWith(PACKAGE)) {
                        return super.loadClass(name, resolve);
                    }
                    Class<?> loaded = findLoadedClass(name);
                    if (loaded != null) {
                        return loaded;
                    }
                    byte[] bytes = bytes(name);
                    byte[] chosen = faster && name.equals(CLASS) ? FasterStrings.faster(bytes) : bytes;
                    return defineClass(name, chosen, 0, chosen.length);
                }
            };
            try {
                return new Operations(loader.loadClass(CLASS));
            } catch (ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }

        static byte[] bytes(String name) {
            String file = "/" + name.replace('.', '/') + ".class";
            try (InputStream in = TruffleString.class.getResourceAsStream(file)) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        /** Where the first byte of an array is. */
        int header() {
            try {
                Method header = type.getClassLoader()
                        .loadClass(PACKAGE + "TStringUnsafe")
                        .getDeclaredMethod("byteArrayBaseOffset");
                header.setAccessible(true);
                return (int) header.invoke(null);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }

        Object call(String name, Object... arguments) {
            Method operation = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.getName().equals(name))
                    .filter(method -> Arrays.stream(method.getParameterTypes())
                            .noneMatch(Set.of(char[].class, int[].class)::contains))
                    .findFirst()
                    .orElseThrow();
            operation.setAccessible(true);
            Object[] all = new Object[arguments.length + 1];
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            try {
                return operation.invoke(null, all);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        }
    }
}
