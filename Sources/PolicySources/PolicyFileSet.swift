package import AdmissionPolicy
import KubernetesAPI
package import Platform
package import TLS
import YAML

/// The policy files at a path: one file, or those of a directory, such as a mounted ConfigMap, from one moment.
package struct PolicyFileSet {
    /// The maximum size of a policy file, in bytes, which is also that of a whole ConfigMap.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/configuration/configmap/#motivation>
    package static let byteLimit = 1024 * 1024
    /// The name endings of policy files in a directory; a file on the command line may have any name.
    package static let endings = [".yaml", ".yml", ".json"]

    /// A file, or the reason why it cannot be read.
    package struct File {
        /// Its path.
        package let path: String
        /// Its bytes.
        package let content: Result<[UInt8], FileError>
    }

    /// The files, in the byte order of their names.
    package let files: [File]
    /// The skipped entries of the directory, one per line, so that nobody believes them in force.
    package let warnings: [String]

    /// Reads the files, including those that cannot be read.
    ///
    /// Throws if the path does not exist, or is a directory without a policy file. A pipe, such as a shell's `<(…)`, is read only with
    /// `takesPipes`, because a pipe can be read only once and may never end.
    package init(at path: String, takesPipes: Bool = true) throws(PolicyLoadingError) {
        guard Directory.exists(at: path) else {
            do throws(FileError) {
                let read = takesPipes ? FileContents.read : FileContents.readRegular
                files = [File(path: path, content: .success(try read(path, Self.byteLimit)))]
            } catch .tooLarge(let path, let limit) {
                files = [File(path: path, content: .failure(.tooLarge(path: path, limit: limit)))]
            } catch {
                throw .unreadable("cannot read the policy: \(error)")
            }
            warnings = []
            return
        }
        do throws(FileError) {
            (files, warnings) = try DirectorySnapshot.reading(path) { directory throws(FileError) in try Self.read(directory) }
        } catch {
            throw .unreadable("cannot read the policy: \(error)")
        }
        guard !files.isEmpty else {
            throw .unreadable("no policy file in \(path); the names of policy files end in \(Self.endings.joined(separator: ", "))")
        }
    }

    /// Joins the files of several paths, in the order of the paths.
    package init(joining sets: [PolicyFileSet]) {
        files = sets.flatMap(\.files)
        warnings = sets.flatMap(\.warnings)
    }

    private static func read(_ directory: borrowing DirectorySnapshot) throws(FileError) -> ([File], [String]) {
        var files: [File] = []
        var warnings: [String] = []
        for name in try directory.names() {
            let path = directory.filePath(name)
            if let reason = reasonToPassOver(name, in: directory) {
                warnings.append("\(path): warning: skipped: \(reason)")
                continue
            }
            do throws(FileError) {
                files.append(File(path: path, content: .success(try directory.read(name, byteLimit: byteLimit))))
            } catch {
                files.append(File(path: path, content: .failure(error)))
            }
        }
        return (files, warnings)
    }

    private static func reasonToPassOver(_ name: String, in directory: borrowing DirectorySnapshot) -> String? {
        if directory.isDirectory(name) { return "it is a directory, and only files directly in \(directory.path) are read" }
        if name.utf8.first == UInt8(ascii: ".") { return "it is hidden" }
        if !endings.contains(where: { name.utf8.count > $0.utf8.count && name.utf8.suffix($0.utf8.count).elementsEqual($0.utf8) }) {
            return "its name does not end in \(endings.joined(separator: ", "))"
        }
        return nil
    }
}

extension PolicyFileSet {
    /// The documents of the files; a file that cannot be read has a problem instead.
    package var sources: [PolicySource] {
        files.map { file in
            switch file.content {
            case .success(let bytes): Self.source(file.path, bytes)
            case .failure(let error):
                PolicySource(
                    name: file.path,
                    documents: [],
                    problems: [
                        PolicyProblem(source: file.path, position: Position(line: 1, column: 1), what: .unreadable(reason: error.reason))
                    ]
                )
            }
        }
    }

    /// The digest of the concatenated files, as `cat FILE… | sha256sum` prints it.
    package func digest() throws(OpenSSLReason) -> String {
        try SHA256.hexDigest(of: files.compactMap { try? $0.content.get() })
    }

    /// The files with their digests.
    package func digests() throws(OpenSSLReason) -> [PolicyFile] {
        var digests: [PolicyFile] = []
        for file in files {
            guard case .success(let bytes) = file.content else { continue }
            digests.append(PolicyFile(path: file.path, sha256: try SHA256.hexDigest(of: [bytes])))
        }
        return digests
    }

    /// Reads the documents of one file; invalid ones become problems.
    private static func source(_ name: String, _ bytes: [UInt8]) -> PolicySource {
        var documents: [ManifestNode] = []
        var problems: [PolicyProblem] = []
        for document in YAMLStream(bytes, duplicateKeys: .kept) {
            switch document {
            case .success(let node):
                documents.append(node)
            case .failure(let error):
                let reason = PolicyProblem.What.unreadable(reason: "\(error.reason)")
                problems.append(PolicyProblem(source: name, position: error.position, what: reason))
            }
        }
        return PolicySource(name: name, documents: documents, problems: problems)
    }
}
