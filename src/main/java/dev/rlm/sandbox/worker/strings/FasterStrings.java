package dev.rlm.sandbox.worker.strings;

import com.oracle.truffle.api.strings.TruffleString;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Puts {@link StringOperations} in front of the loops of Truffle's {@code TStringOps}: a method named in both begins with a
 * call of ours if its texts are in arrays, and is as before if they are in native memory.
 */
public final class FasterStrings {
    private static final Set<String> OPERATIONS = Set.of(
            "runArrayCopy",
            "runRegionEqualsWithStride",
            "runMemCmp",
            "runHashCode",
            "runCalcStringAttributesLatin1",
            "runIndexOfAny1",
            "runIndexOf2ConsecutiveWithStride");

    private static final ClassDesc OURS =
            StringOperations.class.describeConstable().orElseThrow();
    private static final ClassDesc BYTES = ConstantDescs.CD_byte.arrayType();

    private FasterStrings() {}

    /**
     * Makes this application's Truffle faster, if that has loaded no string yet. In a native executable, whose
     * compiler did better, and wherever it is not possible, everything stays as it is.
     */
    public static void install() {
        boolean isNative = System.getProperty("org.graalvm.nativeimage.imagecode") != null;
        Class<?> neighbour = TruffleString.class;
        boolean seesOurs = Objects.equals(neighbour.getClassLoader(), FasterStrings.class.getClassLoader());
        if (isNative || !seesOurs) {
            return;
        }
        try (InputStream in = neighbour.getResourceAsStream("TStringOps.class")) {
            if (in != null) {
                byte[] faster = faster(in.readAllBytes());
                MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(faster);
            }
        } catch (IOException | IllegalAccessException | LinkageError e) {
            // Strings are slower and the same: the class has been loaded, by an interpreter before this one.
        }
    }

    /** The class file of {@code TStringOps} with calls of ours. */
    static byte[] faster(byte[] original) {
        ClassFile format = ClassFile.of();
        ClassModel model = format.parse(original);
        return format.transformClass(model, (builder, element) -> {
            if (element instanceof MethodModel method && isReplaced(method)) {
                builder.transformMethod(method, MethodTransform.transformingCode(new Shortcut(method)));
            } else {
                builder.with(element);
            }
        });
    }

    private static boolean isReplaced(MethodModel method) {
        // Some have a form for arrays of characters or of numbers, too.
        return OPERATIONS.contains(method.methodName().stringValue())
                && method.methodTypeSymbol().parameterList().stream()
                        .allMatch(type -> !type.isArray() || type.equals(BYTES));
    }

    /**
     * Begins a method with a call of ours. That has no node, which is for looking for interrupts, and no flags, which tell
     * of native memory; and where Truffle counts from the array's header, it counts from the first byte.
     */
    private record Shortcut(MethodModel method) implements CodeTransform {
        private static final ClassDesc NEIGHBOUR = ClassDesc.of("com.oracle.truffle.api.strings.TStringUnsafe");

        @Override
        public void atStart(CodeBuilder code) {
            List<ClassDesc> parameters = method.methodTypeSymbol().parameterList();
            ClassDesc result = method.methodTypeSymbol().returnType();
            Label asBefore = code.newLabel();
            for (int i = 0; i < parameters.size(); i++) {
                if (parameters.get(i).equals(BYTES)) {
                    code.aload(code.parameterSlot(i)).ifnull(asBefore);
                }
            }
            List<ClassDesc> passed = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                ClassDesc parameter = parameters.get(i);
                int slot = code.parameterSlot(i);
                if (parameter.equals(BYTES)) {
                    code.aload(slot);
                    passed.add(BYTES);
                } else if (parameter.equals(ConstantDescs.CD_int)) {
                    code.iload(slot);
                    passed.add(ConstantDescs.CD_int);
                } else if (parameter.equals(ConstantDescs.CD_long)) {
                    code.lload(slot).l2i();
                    code.invokestatic(NEIGHBOUR, "byteArrayBaseOffset", MethodTypeDesc.of(ConstantDescs.CD_int));
                    code.isub();
                    passed.add(ConstantDescs.CD_int);
                }
            }
            code.invokestatic(OURS, method.methodName().stringValue(), MethodTypeDesc.of(result, passed));
            code.return_(TypeKind.from(result));
            code.labelBinding(asBefore);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
