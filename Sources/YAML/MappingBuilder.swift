import KubernetesAPI

/// Collects the members of one mapping and finds those whose keys it has already.
///
/// Up to ``linearLimit`` keys are compared one by one through a digest; a larger mapping gets a table, so that no document, however its keys
/// collide, costs more than in proportion to its size.
struct MappingBuilder {
    /// The number of keys up to which no table is made.
    static let linearLimit = 16

    /// The members so far, in order.
    private(set) var members: [ManifestNode.Member] = []
    private var digests = InlineArray<16, UInt64>(repeating: 0)
    private var table: [ByteKey: Int] = [:]
    /// The keys that so far come from a `<<` only.
    private var mergedKeys: Set<ByteKey> = []

    /// A mapping without members.
    init() {
        members.reserveCapacity(4)
    }

    /// Adds a member; returns the position of the key when the mapping itself has it already.
    mutating func add(_ member: ManifestNode.Member) -> Position? {
        let digest = Self.digest(of: member.key)
        guard let index = index(of: member.key, digest: digest) else {
            append(member, digest: digest)
            return nil
        }
        guard mergedKeys.remove(ByteKey(member.key)) != nil else { return members[index].keyPosition }
        members[index] = member
        return nil
    }

    /// Adds a member whose key the mapping has already, behind the others.
    mutating func repeatKey(_ member: ManifestNode.Member) {
        append(member, digest: Self.digest(of: member.key))
    }

    /// Adds the members of a mapping that `<<` names, in place of those that stand before it.
    ///
    /// Keys before the `<<` lose, keys behind it win: so Kubernetes' YAML reader does it, whatever the draft of merge keys says, and a
    /// scanner must read what will be applied. Source: <https://github.com/go-yaml/yaml/blob/v2.4.0/decode.go#L653>
    mutating func merge(_ merged: [ManifestNode.Member]) {
        for member in merged {
            let digest = Self.digest(of: member.key)
            if let index = index(of: member.key, digest: digest) {
                members[index] = member
            } else {
                append(member, digest: digest)
                mergedKeys.insert(ByteKey(member.key))
            }
        }
    }

    /// Adds a member whose key is new.
    private mutating func append(_ member: ManifestNode.Member, digest: UInt64) {
        let index = members.count
        members.append(member)
        if index < Self.linearLimit {
            digests[index] = digest
            return
        }
        if table.isEmpty {
            for (index, member) in members.enumerated() { table[ByteKey(member.key)] = index }
        } else {
            table[ByteKey(member.key)] = index
        }
    }

    /// Finds a key among the members.
    private func index(of key: String, digest: UInt64) -> Int? {
        if !table.isEmpty { return table[ByteKey(key)] }
        for index in members.indices where digests[index] == digest && members[index].key.utf8.elementsEqual(key.utf8) {
            return index
        }
        return nil
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
