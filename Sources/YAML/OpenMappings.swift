import KubernetesAPI

/// The members of the mappings whose ends have not been read, those of the innermost one last.
///
/// Members wait here until their number is known, so that a mapping's list has room for just them: many documents are nothing but small
/// mappings. Up to ``smallLimit`` keys are compared one by one through a digest; a larger mapping gets a list and a table of its own, so that
/// no document, however its keys collide, costs more than in proportion to its size.
struct OpenMappings {
    /// The number of members up to which a mapping has no table.
    static let smallLimit = 16

    private var members: [ManifestNode.Member] = []
    private var digests: [UInt64] = []

    /// One mapping that is being read.
    struct Mapping {
        /// Where its members begin.
        fileprivate let start: Int
        /// Its members once it is large.
        fileprivate var list: [ManifestNode.Member] = []
        fileprivate var table: KeyTable?
        /// The keys that so far come from a `<<` only.
        fileprivate var mergedKeys: Set<ByteKey> = []
    }

    /// Begins a mapping inside of the innermost one.
    func begin() -> Mapping {
        Mapping(start: members.count)
    }

    /// Ends the innermost mapping and returns its members, in order.
    mutating func end(_ mapping: consuming Mapping) -> [ManifestNode.Member] {
        if mapping.table != nil { return mapping.list }
        digests.removeLast(digests.count - mapping.start)
        return members.takeSuffix(from: mapping.start)
    }

    /// Forgets all mappings.
    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        digests.removeAll(keepingCapacity: true)
    }

    /// Adds a member; returns the position of the key, and adds nothing, when the mapping itself has it already and keys may not repeat.
    mutating func add(_ member: consuming ManifestNode.Member, to mapping: inout Mapping, keepsRepeated: Bool) -> Position? {
        let digest = Self.digest(of: member.key)
        guard let index = index(of: member.key, digest: digest, in: mapping) else {
            append(member, digest: digest, to: &mapping)
            return nil
        }
        guard !mapping.mergedKeys.isEmpty, mapping.mergedKeys.remove(ByteKey(member.key)) != nil else {
            if keepsRepeated {
                append(member, digest: digest, isNew: false, to: &mapping)
                return nil
            }
            return mapping.table == nil ? members[index].keyPosition : mapping.list[index].keyPosition
        }
        replace(index, by: member, in: &mapping)
        return nil
    }

    /// Adds the members of a mapping that `<<` names, in place of those that stand before it.
    ///
    /// Keys before the `<<` lose, keys behind it win: so Kubernetes' YAML reader does it, whatever the draft of merge keys says, and a
    /// scanner must read what will be applied. Source: <https://github.com/go-yaml/yaml/blob/v2.4.0/decode.go#L653>
    mutating func merge(_ merged: [ManifestNode.Member], into mapping: inout Mapping) {
        for member in merged {
            let digest = Self.digest(of: member.key)
            if let index = index(of: member.key, digest: digest, in: mapping) {
                replace(index, by: member, in: &mapping)
            } else {
                append(member, digest: digest, to: &mapping)
                mapping.mergedKeys.insert(ByteKey(member.key))
            }
        }
    }
}

extension OpenMappings {
    /// Adds a member at the end; a table learns only keys that it does not have.
    private mutating func append(_ member: consuming ManifestNode.Member, digest: UInt64, isNew: Bool = true, to mapping: inout Mapping) {
        if mapping.table == nil {
            guard members.count - mapping.start >= Self.smallLimit else {
                members.append(member)
                digests.append(digest)
                return
            }
            moveOut(&mapping)
        }
        mapping.list.append(member)
        let list = mapping.list
        if isNew { mapping.table?.insert(list.count - 1) { list[$0].key } }
    }

    /// Gives a mapping that has become large a list and a table of its own.
    private mutating func moveOut(_ mapping: inout Mapping) {
        digests.removeLast(digests.count - mapping.start)
        let list = members.takeSuffix(from: mapping.start)
        var table = KeyTable()
        for index in list.indices where table.index(of: list[index].key, among: { list[$0].key }) == nil {
            table.insert(index) { list[$0].key }
        }
        mapping.list = list
        mapping.table = table
    }

    /// Finds a key among the members of the innermost mapping.
    private func index(of key: String, digest: UInt64, in mapping: Mapping) -> Int? {
        if let table = mapping.table { return table.index(of: key) { mapping.list[$0].key } }
        for index in mapping.start..<members.count where digests[index] == digest && members[index].key.hasSameBytes(as: key) {
            return index
        }
        return nil
    }

    /// Puts a member in the place of another.
    private mutating func replace(_ index: Int, by member: ManifestNode.Member, in mapping: inout Mapping) {
        if mapping.table == nil { members[index] = member } else { mapping.list[index] = member }
    }

    /// A digest of a key's length, first and last bytes; equal keys have equal digests.
    private static func digest(of key: String) -> UInt64 {
        let bytes = key.utf8.span
        let count = bytes.count
        var digest = UInt64(count)
        for index in 0..<min(count, 8) { digest = digest &* 0x100_0000_01B3 ^ UInt64(bytes[index]) }
        for index in max(8, count - 4)..<max(8, count) { digest = digest &* 0x100_0000_01B3 ^ UInt64(bytes[index]) }
        return digest
    }
}

extension Array {
    /// Takes the elements from an index on out of the array, into one that has room for just them.
    ///
    /// `Array(array[0...])` would share the storage with all the room that it has.
    mutating func takeSuffix(from start: Int) -> [Element] {
        guard start < count else { return [] }
        var suffix: [Element] = []
        suffix.reserveCapacity(count - start)
        // Moved, the last one first: a copy would retain all that the elements hold, and then release it here.
        while count > start { suffix.append(removeLast()) }
        suffix.reverse()
        return suffix
    }
}
