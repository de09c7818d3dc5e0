/// What lies in the directory of records, and which file goes when one too many comes.
struct RecordIndex {
    /// How much may lie there.
    struct Limits: Sendable {
        /// In files.
        var fileLimit: Int
        /// In bytes.
        var byteLimit: Int
    }

    private struct Entry {
        let name: String
        let byteCount: Int
    }

    private let limits: Limits
    /// The files of each namespace, the oldest first.
    private var namespaces: [String: [Entry]] = [:]
    /// The number of files.
    private(set) var fileCount = 0
    /// The size of all files, in bytes.
    private(set) var byteCount = 0

    /// Begins empty.
    init(limits: Limits) {
        self.limits = limits
    }

    /// Adds a file as its namespace's newest, in the place of one of the same name; linear in the files of the namespace.
    mutating func add(_ name: String, namespace: String, byteCount: Int) {
        remove(name, namespace: namespace)
        namespaces[namespace, default: []].append(Entry(name: name, byteCount: byteCount))
        fileCount += 1
        self.byteCount += byteCount
    }

    /// Takes a file out; does nothing where it is not there.
    mutating func remove(_ name: String, namespace: String) {
        guard let index = namespaces[namespace]?.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { return }
        remove(at: index, of: namespace)
    }

    /// Takes out files until what is left is within the limits; returns their names.
    ///
    /// The namespace with the most files loses its oldest, so that a busy one does not push out the others.
    mutating func removeExcess() -> [String] {
        var names: [String] = []
        while fileCount > limits.fileLimit || byteCount > limits.byteLimit {
            let largest = namespaces.max { left, right in
                (left.value.count, right.key) < (right.value.count, left.key)
            }
            guard let largest, let oldest = largest.value.first else { break }
            names.append(oldest.name)
            remove(at: 0, of: largest.key)
        }
        return names
    }

    private mutating func remove(at index: Int, of namespace: String) {
        guard let entry = namespaces[namespace]?.remove(at: index) else { return }
        if namespaces[namespace]?.isEmpty ?? false { namespaces[namespace] = nil }
        fileCount -= 1
        byteCount -= entry.byteCount
    }
}
