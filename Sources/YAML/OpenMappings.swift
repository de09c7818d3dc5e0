import KubernetesAPI

/// The members of all open mappings; the innermost mapping is last.
///
/// Members wait here until their number is known, so that a mapping's list has the exact size; many documents consist of small mappings. Up
/// to ``smallLimit`` keys are compared one by one by digest. A larger mapping gets a separate list and a table, so that colliding keys cost
/// no more than in proportion to the document's size.
struct OpenMappings {
    /// The number of members up to which a mapping has no table.
    static let smallLimit = 16

    private var members: [ManifestNode.Member] = []
    private var digests: [UInt64] = []

    /// One mapping that is being read.
    struct Mapping {
        /// The index of its first member.
        fileprivate let start: Int
        /// Its members if it is large.
        fileprivate var list: [ManifestNode.Member] = []
        fileprivate var table: KeyTable?
        /// The keys that so far come only from a `<<`.
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

    /// Adds a member; if the mapping already has the key and keys may not repeat, adds nothing and returns the position of the first one.
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

    /// Adds the members of a mapping after `<<`; they replace those before the `<<`.
    ///
    /// Keys before the `<<` lose and keys behind it win, as in Kubernetes' YAML reader. The draft of merge keys differs, but a scanner must
    /// read what will be applied. Source: <https://github.com/go-yaml/yaml/blob/v2.4.0/decode.go#L653>
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
    /// Adds a member at the end; adds its key to the table only if `isNew`.
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

    /// Moves a mapping that has become large into a separate list with a table.
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

    /// Replaces a member.
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
    /// Removes the elements from an index on, and returns them in an array of the exact capacity.
    ///
    /// `Array(array[0...])` would share the storage with all of its capacity.
    mutating func takeSuffix(from start: Int) -> [Element] {
        guard start < count else { return [] }
        var suffix: [Element] = []
        suffix.reserveCapacity(count - start)
        // Move the elements, the last one first: a copy would retain all that they hold, and then release it here.
        while count > start { suffix.append(removeLast()) }
        suffix.reverse()
        return suffix
    }
}
