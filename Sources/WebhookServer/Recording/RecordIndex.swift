import KubernetesAPI

/// The files in the directory of records; decides which of them are removed when there are too many.
///
/// Namespaces that policies name can always use three quarters of the room, whatever other namespaces send.
struct RecordIndex {
    /// The most that the directory may hold.
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

    /// The files of a namespace.
    private struct Files {
        /// Whether a policy names it.
        var isNamed: Bool
        /// The oldest first.
        var entries: [Entry] = []
    }

    /// Files and their bytes.
    private struct Amount {
        var fileCount = 0
        var byteCount = 0

        mutating func add(_ entry: Entry) {
            fileCount += 1
            byteCount += entry.byteCount
        }

        mutating func subtract(_ entry: Entry) {
            fileCount -= 1
            byteCount -= entry.byteCount
        }
    }

    private let limits: Limits
    private var named: Set<String>
    private var namespaces: [String: Files] = [:]
    private var all = Amount()
    /// The part of ``all`` in namespaces that no policy names.
    private var unnamed = Amount()

    /// The number of files.
    var fileCount: Int { all.fileCount }
    /// The size of all files, in bytes.
    var byteCount: Int { all.byteCount }

    /// Starts empty; `named` are the namespaces that policies name.
    init(limits: Limits, named: Set<String> = []) {
        self.limits = limits
        self.named = named
    }

    /// Sets the namespaces that policies name; linear in the number of namespaces.
    mutating func setNamed(_ names: Set<String>) {
        named = names
        unnamed = Amount()
        for (namespace, files) in namespaces {
            let isNamed = named.contains(namespace)
            namespaces[namespace]?.isNamed = isNamed
            if !isNamed { files.entries.forEach { unnamed.add($0) } }
        }
    }

    /// Adds a file as the newest of its namespace and replaces one of the same name; linear in the files of the namespace.
    mutating func add(_ name: String, namespace: String, byteCount: Int) {
        remove(name, namespace: namespace)
        let entry = Entry(name: name, byteCount: byteCount)
        var files = namespaces.removeValue(forKey: namespace) ?? Files(isNamed: named.contains(namespace))
        files.entries.append(entry)
        all.add(entry)
        if !files.isNamed { unnamed.add(entry) }
        namespaces[namespace] = files
    }

    /// Removes a file; does nothing if there is no such file.
    mutating func remove(_ name: String, namespace: String) {
        guard let index = namespaces[namespace]?.entries.firstIndex(where: { $0.name.hasSameBytes(as: name) }) else { return }
        remove(at: index, of: namespace)
    }

    /// Removes files until the rest is within the limits; returns their names.
    ///
    /// The namespace with the most files loses its oldest, so that a busy namespace does not displace others. It is one that no policy
    /// names as long as these have more than a quarter of the room, else one that a policy names.
    mutating func removeExcess() -> [String] {
        var names: [String] = []
        while true {
            let takesUnnamed: Bool
            if fileCount > limits.fileLimit {
                takesUnnamed = unnamed.fileCount > limits.fileLimit / 4
            } else if byteCount > limits.byteLimit {
                takesUnnamed = unnamed.byteCount > limits.byteLimit / 4
            } else {
                return names
            }
            let largest = namespaces.lazy.filter { $0.value.isNamed != takesUnnamed }.max { left, right in
                (left.value.entries.count, right.key) < (right.value.entries.count, left.key)
            }
            guard let largest, let oldest = largest.value.entries.first else { return names }
            names.append(oldest.name)
            remove(at: 0, of: largest.key)
        }
    }

    private mutating func remove(at index: Int, of namespace: String) {
        guard let entry = namespaces[namespace]?.entries.remove(at: index), let files = namespaces[namespace] else { return }
        if files.entries.isEmpty { namespaces[namespace] = nil }
        all.subtract(entry)
        if !files.isNamed { unnamed.subtract(entry) }
    }
}
