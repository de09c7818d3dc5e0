import KubernetesAPI
package import Platform

/// Finds and reads the kubeconfig files of a user.
package struct KubeconfigFiles {
    /// The largest file, in bytes; those of thousands of clusters are smaller.
    package static let byteLimit = 16 << 20

    private let read: FileReader

    /// Reads with a closure, so that no test depends on files of the machine.
    package init(
        read: @escaping FileReader = { (path) throws(FileError) in
            try FileContents.read(path, byteLimit: Self.byteLimit)
        }
    ) {
        self.read = read
    }

    /// Reads the files as kubectl chooses them, and merges them.
    ///
    /// - Parameters:
    ///   - path: the file of `--kubeconfig`, which then is the only one and must exist.
    ///   - variable: the value of `$KUBECONFIG`, paths separated by colons; those that do not exist are skipped.
    ///   - home: the value of `$HOME`; its `.kube/config` is read if `variable` is not set.
    /// - Returns: the merged entries; none if no file exists.
    /// - Throws: what is wrong with which file.
    package func load(path: String?, variable: String?, home: String?) throws(KubeconfigProblem) -> Kubeconfig {
        if let path {
            guard let config = try load(path, mayBeMissing: false) else { return Kubeconfig() }
            return config
        }
        var merged = Kubeconfig()
        for path in Self.paths(variable: variable, home: home) {
            if let config = try load(path, mayBeMissing: true) { merged.add(config) }
        }
        return merged
    }

    /// The paths to read, each once.
    private static func paths(variable: String?, home: String?) -> [String] {
        if let variable, !variable.isEmpty {
            var seen: Set<[UInt8]> = []
            return variable.split(separator: ":").map(String.init).filter { seen.insert(Array($0.utf8)).inserted }
        }
        guard let home, !home.isEmpty else { return [] }
        return [home + "/.kube/config"]
    }

    private func load(_ path: String, mayBeMissing: Bool) throws(KubeconfigProblem) -> Kubeconfig? {
        let text: [UInt8]
        do throws(FileError) {
            text = try read(path)
        } catch {
            if mayBeMissing, error.isMissingFile { return nil }
            let place = KubeconfigPlace(file: path, position: Position(line: 1, column: 1))
            throw place.problem(.unreadable(reason: error.reason))
        }
        return try KubeconfigReader.read(text, file: path)
    }
}
