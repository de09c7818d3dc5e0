import FileSystem

/// The files behind the paths that somebody names, directories with all that is below them, one after the other.
///
/// In a directory files are taken by their names, in the order of their bytes. Left out are hidden files and directories, whose names begin with
/// a period. A symbolic link to a file is followed where it stays inside of the directory that was named; one that leads out, or to a directory,
/// is not, so that there are no loops and nothing is read that nobody named. What is named itself is read whatever it is.
package struct ManifestFiles: Sequence, IteratorProtocol {
    /// One thing to scan, or what there is to say instead.
    package enum Item: Sendable, Equatable {
        case standardInput
        /// `wasFound` when the file stands in a directory and was not named itself.
        case file(String, wasFound: Bool)
        /// Something that should have been read and cannot be.
        case unreadable(path: String, reason: String)
        /// Something that is left out on purpose and could be missed.
        case leftOut(path: String, reason: String)
    }

    /// Which files of a directory are taken.
    package struct Selection: Sendable {
        /// What a file's name or path has to fit, one of them.
        package var included: [PathPattern]
        /// What no file's or directory's name or path may fit.
        package var excluded: [PathPattern]

        /// The patterns for files that are manifests by their names.
        package static let manifests = ["*.yaml", "*.yml", "*.json"].map { PathPattern($0) }

        /// A selection; without patterns of its own it takes manifests by their names.
        package init(included: [PathPattern] = [], excluded: [PathPattern] = []) {
            self.included = included.isEmpty ? Self.manifests : included
            self.excluded = excluded
        }
    }

    /// What waits to be looked at.
    private enum Pending {
        case named(String)
        case found(String, in: Root, relativePath: String)
        /// The end of a directory that was named, with the number of items that came before it.
        case end(of: String, itemCount: Int)
    }

    /// A directory that was named.
    private struct Root {
        /// Where it really is, with a slash at the end.
        let resolvedPath: String
    }

    private let selection: Selection
    /// What is next stands last.
    private var pending: [Pending]
    private var itemCount = 0

    /// The files behind these paths, where `-` is standard input.
    package init(_ paths: [String], selecting selection: Selection = Selection()) {
        self.selection = selection
        pending = paths.reversed().map { .named($0) }
    }

    /// Finds the next item.
    package mutating func next() -> Item? {
        while let entry = pending.popLast() {
            guard let item = item(of: entry) else { continue }
            itemCount += 1
            return item
        }
        return nil
    }

    private mutating func item(of entry: Pending) -> Item? {
        switch entry {
        case .named("-"):
            return .standardInput
        case .named(let path):
            guard Directory.exists(at: path) else { return .file(path, wasFound: false) }
            return open(path)
        case .found(let path, let root, let relativePath):
            return found(path, in: root, relativePath: relativePath)
        case .end(let path, let count):
            guard count == itemCount else { return nil }
            let patterns = selection.included.map(\.text).joined(separator: ", ")
            return .unreadable(path: path, reason: "no manifest in it (\(patterns))")
        }
    }

    /// Steps into a directory that was named.
    private mutating func open(_ path: String) -> Item? {
        do throws(FileError) {
            let resolved = try FilePaths.resolved(path)
            let root = Root(resolvedPath: resolved == "/" ? resolved : resolved + "/")
            let names = try Directory.names(in: path)
            pending.append(.end(of: path, itemCount: itemCount))
            push(names, of: path, in: root, below: "")
            return nil
        } catch {
            return .unreadable(path: path, reason: error.reason)
        }
    }

    /// Queues what stands in a directory, but for what is hidden or excluded.
    private mutating func push(_ names: [String], of path: String, in root: Root, below relativePath: String) {
        let prefix = path.utf8.last == UInt8(ascii: "/") ? path : path + "/"
        for name in names.reversed() where name.utf8.first != UInt8(ascii: ".") {
            let relative = relativePath + name
            guard !selection.excluded.contains(where: { $0.matches(relative) }) else { continue }
            pending.append(.found(prefix + name, in: root, relativePath: relative))
        }
    }

    /// Looks at something in a directory; `nil` for what is no manifest by its name, and for directories, which are stepped into.
    private mutating func found(_ path: String, in root: Root, relativePath: String) -> Item? {
        do throws(FileError) {
            let kind = try FileKind.ofEntry(at: path)
            if kind == .directory {
                push(try Directory.names(in: path), of: path, in: root, below: relativePath + "/")
                return nil
            }
            if kind == .symbolicLink, (try? FileKind.ofTarget(at: path)) == .directory {
                return .leftOut(path: path, reason: "a link to a directory; name it to scan it")
            }
            guard selection.included.contains(where: { $0.matches(relativePath) }) else { return nil }
            switch kind {
            case .symbolicLink: return try linked(path, in: root)
            case .other: return .leftOut(path: path, reason: "neither a file nor a directory")
            case .regular, .directory: return .file(path, wasFound: true)
            }
        } catch {
            return .unreadable(path: path, reason: error.reason)
        }
    }

    /// Follows a link that is a manifest by its name.
    private func linked(_ path: String, in root: Root) throws(FileError) -> Item {
        let target = try FilePaths.resolved(path)
        guard target.utf8.starts(with: root.resolvedPath.utf8) else {
            return .leftOut(path: path, reason: "a link that leads out of the directory; name it to scan it")
        }
        guard try FileKind.ofTarget(at: path) == .regular else { return .leftOut(path: path, reason: "neither a file nor a directory") }
        return .file(path, wasFound: true)
    }
}
