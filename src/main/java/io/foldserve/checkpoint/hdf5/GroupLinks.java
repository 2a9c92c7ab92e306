package io.foldserve.checkpoint.hdf5;

import io.foldserve.checkpoint.base.Quoted;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.SymbolTableEntry;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.SymbolTableMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The members of one group: names and where the objects are. Both the symbol tables of HDF5 1.6 (which h5py still
 * writes by default) and links in the group's header are read; a group that keeps its links in a heap of their own is
 * refused.
 */
final class GroupLinks {
    private static final int LONGEST_NAME = 4096;
    private static final int SOFT_LINK = 2;

    private final MeteredBytes bytes;
    private final Map<String, Long> addresses = new LinkedHashMap<>();

    private GroupLinks(MeteredBytes bytes) {
        this.bytes = bytes;
    }

    /**
     * The links of the group whose header is {@code header}; empty if it is no group.
     *
     * @throws NotReadException if one leads elsewhere, or they are kept in a way that is not read
     * @throws RuntimeException of any kind if they are damaged
     */
    static Optional<Map<String, Long>> of(ObjectMessages header, MeteredBytes bytes) {
        GroupLinks links = new GroupLinks(bytes);
        Optional<SymbolTableMessage> table = header.one(SymbolTableMessage.class);
        Optional<LinkInfoMessage> info = header.one(LinkInfoMessage.class);
        if (table.isEmpty() && info.isEmpty()) {
            return Optional.empty();
        }
        table.ifPresent(links::readSymbolTable);
        info.ifPresent(message -> {
            if (message.getFractalHeapAddress() >= 0) {
                throw new NotReadException(
                        "keeps its links in a heap, which is not read; expected a file as h5py writes it by default");
            }
            header.all(LinkMessage.class).forEach(links::add);
        });
        return Optional.of(links.addresses);
    }

    private void add(LinkMessage link) {
        switch (link.getLinkType()) {
            case HARD -> add(link.getLinkName(), link.getHardLinkAddress());
            case SOFT -> throw linked(link.getLinkName(), "is a link to " + Quoted.of(link.getSoftLink()));
            case EXTERNAL ->
                throw linked(link.getLinkName(), "is a link into another file, " + Quoted.of(link.getExternalFile()));
        }
    }

    private void add(String name, long address) {
        if (addresses.put(name, address) != null) {
            throw new NotReadException("has two members called " + Quoted.of(name));
        }
    }

    private static NotReadException linked(String name, String what) {
        return new NotReadException("its member %s %s; links are not followed".formatted(Quoted.of(name), what));
    }

    private void readSymbolTable(SymbolTableMessage table) {
        ByteBuffer names = new LocalHeap(bytes, table.getLocalHeapAddress()).getDataBuffer();
        readNode(table.getBTreeAddress(), Optional.empty(), names);
    }

    /**
     * One node of the B-tree (specification, III.A.1), which must be one level below its parent: so it cannot be above.
     */
    private void readNode(long address, Optional<Integer> expectedLevel, ByteBuffer names) {
        ByteBuffer start = bytes.read(address, 24);
        int level = start.get(5) & 0xFF;
        boolean isTree = start.getInt(0) == 0x45455254 && start.get(4) == 0;
        if (!isTree || expectedLevel.filter(expected -> expected != level).isPresent()) {
            throw new NotReadException("has a broken B-tree at byte " + address);
        }
        int entries = start.getShort(6) & 0xFFFF;
        ByteBuffer children = bytes.read(address + 24, 16L * entries + 8);
        for (int i = 0; i < entries; i++) {
            long child = children.getLong(16 * i + 8);
            if (level > 0) {
                readNode(child, Optional.of(level - 1), names);
            } else {
                for (SymbolTableEntry entry : new GroupSymbolTableNode(bytes, child).getSymbolTableEntries()) {
                    add(entry, names);
                }
            }
        }
    }

    private void add(SymbolTableEntry entry, ByteBuffer names) {
        String name = name(names, entry.getLinkNameOffset());
        if (entry.getCacheType() == SOFT_LINK) {
            throw linked(name, "is a link to " + Quoted.of(name(names, entry.getLinkValueOffset())));
        }
        add(name, entry.getObjectHeaderAddress());
    }

    private String name(ByteBuffer names, int offset) {
        int end = offset;
        while (names.get(end) != 0) {
            if (++end - offset > LONGEST_NAME) {
                throw new NotReadException("has a name longer than " + LONGEST_NAME + " bytes");
            }
        }
        byte[] name = new byte[end - offset];
        bytes.charge(name.length);
        names.get(offset, name);
        return new String(name, StandardCharsets.UTF_8);
    }
}
