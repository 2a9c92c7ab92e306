package io.foldserve.checkpoint.pickle;

import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Global;
import io.foldserve.checkpoint.pickle.Value.Instance;
import io.foldserve.checkpoint.pickle.Value.Opaque;
import io.foldserve.checkpoint.pickle.Value.Sequence;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pickle machine that can only build plain data: what a pickle names or calls goes through {@link Globals}.
 *
 * <p>The opcodes are those of protocols 2 to 5 as Python's {@code pickletools} module documents them; the textual ones
 * of protocols 0 and 1 are refused. An object of an unknown class is only a {@link Value.Instance}. The machine keeps
 * its own stack, so nesting costs no recursion, and everything it allocates is paid for by bytes of the pickle.
 */
public final class Unpickler {
    private static final int PROTO = 0x80;
    private static final int STOP = '.';
    private static final int LONGEST_GLOBAL = 256;
    private static final Opaque UNKNOWN = new Opaque("what an unknown function returned");

    private final PickleInput input;
    private final Globals globals;
    private final Literals literals;
    private final OperandStack stack;
    private final List<Value> memo = new ArrayList<>();

    private Unpickler(ByteBuffer pickle, Globals globals) {
        this.input = new PickleInput(pickle);
        this.globals = globals;
        this.literals = new Literals(input);
        this.stack = new OperandStack(input);
    }

    /**
     * The value that {@code pickle}, from its position to its limit, holds.
     *
     * @throws InvalidInputException if it is malformed, names a global that is not allowed (the message names it), or
     *     goes on after its end
     */
    public static Value read(ByteBuffer pickle, Globals globals) {
        Unpickler unpickler = new Unpickler(pickle, globals);
        Value result = unpickler.read();
        if (unpickler.input.remaining() > 0) {
            throw unpickler.input.broken(
                    "the pickle ends, but %d bytes or values are left".formatted(unpickler.input.remaining()));
        }
        return result;
    }

    /**
     * The value of the pickle that {@code stream} goes on with; its position moves behind the pickle's end.
     *
     * @throws InvalidInputException as {@link #read(ByteBuffer, Globals)} does, but for what follows the end
     */
    public static Value readNext(ByteBuffer stream, Globals globals) {
        Unpickler unpickler = new Unpickler(stream, globals);
        Value result = unpickler.read();
        stream.position(stream.position() + unpickler.input.position());
        return result;
    }

    private Value read() {
        if (input.remaining() == 0 || input.unsignedByte() != PROTO) {
            throw input.broken("expected a pickle of protocol 2 to 5");
        }
        protocol();
        for (int opcode = input.unsignedByte(); opcode != STOP; opcode = input.unsignedByte()) {
            Optional<Value> literal = literals.read(opcode);
            if (literal.isPresent()) {
                stack.push(literal.get());
            } else {
                execute(opcode);
            }
        }
        Value result = stack.pop();
        if (!stack.isEmpty()) {
            throw input.broken("the pickle ends, but bytes or values are left on its stack");
        }
        return result;
    }

    /** One line per opcode, in the order of pickletools: stack, memo, containers, calls. */
    private void execute(int opcode) {
        switch (opcode) {
            case PROTO -> protocol();
            case 0x95 -> frame();
            case '(' -> stack.mark();
            case '0' -> stack.pop();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.peek());
            case 'q' -> remember(input.unsignedByte());
            case 'r' -> remember(input.unsignedInt());
            case 0x94 -> remember(memo.size());
            case 'h' -> recall(input.unsignedByte());
            case 'j' -> recall(input.unsignedInt());
            case ')' -> tuple(List.of());
            case 0x85 -> tuple(stack.pop(1));
            case 0x86 -> tuple(stack.pop(2));
            case 0x87 -> tuple(stack.pop(3));
            case 't' -> tuple(stack.popToMark());
            case ']' -> stack.push(Sequence.list(List.of()));
            case 'l' -> stack.push(Sequence.list(new ArrayList<>(stack.popToMark())));
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popToMark());
            case '}' -> stack.push(new Dict());
            case 'd' -> dict(stack.popToMark());
            case 's' -> setItems(stack.pop(2));
            case 'u' -> setItems(stack.popToMark());
            case 0x8F -> stack.push(new Opaque("a set"));
            case 0x90 -> addToSet(stack.popToMark());
            case 0x91 -> frozenSet(stack.popToMark());
            case 'c' -> global(input.line(), input.line());
            case 0x93 -> stackGlobal(stack.pop(2));
            case 'R', 0x81 -> call(stack.pop(2));
            case 0x92 -> call(stack.pop(3).subList(0, 2));
            case 'b' -> build(stack.pop());
            case 'Q' -> stack.push(globals.persistent(stack.pop()));
            default -> throw input.broken("opcode 0x%02x is not read".formatted(opcode));
        }
    }

    private void protocol() {
        int protocol = input.unsignedByte();
        if (protocol < 2 || protocol > 5) {
            throw input.broken("pickle protocol %d is not read, 2 to 5 are".formatted(protocol));
        }
    }

    private void frame() {
        long length = input.length();
        if (length < 0 || length > input.remaining()) {
            throw input.broken("a frame of %d bytes, %d are left".formatted(length, input.remaining()));
        }
    }

    /** Writers number the memo upwards from 0; insisting on it keeps it as small as the pickle. */
    private void remember(long index) {
        if (index > memo.size()) {
            throw input.broken("memo %d is set after %d".formatted(index, memo.size()));
        }
        Value value = stack.peek();
        if (index == memo.size()) {
            memo.add(value);
        } else {
            memo.set((int) index, value);
        }
    }

    private void recall(long index) {
        if (index >= memo.size()) {
            throw input.broken("memo %d is read, %d are set".formatted(index, memo.size()));
        }
        stack.push(memo.get((int) index));
    }

    private void tuple(List<Value> items) {
        stack.push(Sequence.tuple(items));
    }

    private void append(List<Value> items) {
        if (unknown(stack.peek())) {
            return;
        }
        if (!(stack.peek() instanceof Sequence list) || !list.isList()) {
            throw input.broken("items are appended to " + stack.peek().kind());
        }
        items.forEach(list::append);
    }

    private void dict(List<Value> items) {
        stack.push(new Dict());
        setItems(items);
    }

    private void setItems(List<Value> items) {
        if (unknown(stack.peek())) {
            return;
        }
        if (!(stack.peek() instanceof Dict dict) || items.size() % 2 != 0) {
            throw input.broken("%d keys and values are set in %s"
                    .formatted(items.size(), stack.peek().kind()));
        }
        for (int i = 0; i < items.size(); i += 2) {
            dict.put(items.get(i), items.get(i + 1));
        }
    }

    private void addToSet(List<Value> items) {
        if (!(stack.peek() instanceof Opaque)) {
            throw input.broken("%d items are added to %s"
                    .formatted(items.size(), stack.peek().kind()));
        }
    }

    private void frozenSet(List<Value> items) {
        stack.push(new Opaque("a frozenset of %d".formatted(items.size())));
    }

    private void stackGlobal(List<Value> names) {
        if (!(names.get(0) instanceof Text module) || !(names.get(1) instanceof Text name)) {
            throw input.broken("a global is named by " + names.get(0).kind());
        }
        global(module.value(), name.value());
    }

    private void global(String module, String name) {
        if (module.length() + name.length() > LONGEST_GLOBAL) {
            throw input.broken("the global %s… has a name beyond reason".formatted(Quoted.of(module)));
        }
        Global global = new Global(module + "." + name);
        if (!globals.allows(global)) {
            throw input.broken(
                    "the global %s is not allowed; nothing was executed".formatted(Quoted.of(global.name())));
        }
        stack.push(global);
    }

    private void call(List<Value> callAndArguments) {
        Value callee = callAndArguments.get(0);
        Value given = callAndArguments.get(1);
        if (callee instanceof Global global && given instanceof Sequence arguments) {
            stack.push(globals.call(global, arguments.items()));
        } else if (unknown(callee)) {
            stack.push(UNKNOWN);
        } else {
            throw input.broken("a call of %s with %s".formatted(callee.kind(), given.kind()));
        }
    }

    /** True for what may be a list, a dict or a function of a class that nobody here knows. */
    private static boolean unknown(Value value) {
        return value instanceof Instance || value instanceof Opaque;
    }

    /**
     * The attributes that a pickle sets on an object (a state dict's {@code _metadata}) change nothing in what is
     * known.
     */
    private void build(Value state) {
        Value target = stack.peek();
        if (target instanceof Instance instance) {
            instance.set(state);
        } else if (!(target instanceof Dict || target instanceof Opaque || target instanceof Value.Made)) {
            throw input.broken("%s sets the state of %s".formatted(state.kind(), target.kind()));
        }
    }
}
