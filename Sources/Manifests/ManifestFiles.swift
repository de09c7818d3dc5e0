package import Platform

/// The files behind the paths that somebody names, directories with all that is below them, one after the other.
///
/// In a directory files are taken by their names, in the order of their bytes. Left out are hidden files and directories, whose names begin with
/// a period. A symbolic link to a file is followed where it stays inside of the directory that was named; one that leads out, or to a directory,
/// is not, so that there are no loops and nothing is read that nobody named. What is named itself is read whatever it is; a file that was found
/// is read only while it is the one that was seen.
package struct ManifestFiles: Sequence, IteratorProtocol {
    /// One thing to scan, or what there is to say instead.
    package enum Item: Sendable, Equatable {
        case standardInput
        /// Something that was named itself; reading it may wait.
        case named(String)
        /// A file that stands in a directory.
        case found(FoundFile)
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
        case found(String, in: FoundDirectory, root: Root, relativePath: String)
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
            guard Directory.exists(at: path) else { return .named(path) }
            return open(path)
        case .found(let name, let directory, let root, let relativePath):
            return found(name, in: directory, root: root, relativePath: relativePath)
        case .end(let path, let count):
            guard count == itemCount else { return nil }
            let patterns = selection.included.map(\.text).joined(separator: ", ")
            return .unreadable(path: path, reason: "no manifest in it (\(patterns))")
        }
    }

    /// Steps into a directory that was named.
    private mutating func open(_ path: String) -> Item? {
        do throws(FileError) {
            let directory = try FoundDirectory(named: path)
            let names = try directory.names()
            pending.append(.end(of: path, itemCount: itemCount))
            push(names, of: directory, in: Root(resolvedPath: directory.location(of: "")), below: "")
            return nil
        } catch {
            return .unreadable(path: path, reason: error.reason)
        }
    }

    /// Queues what stands in a directory, but for what is hidden or excluded.
    private mutating func push(_ names: [String], of directory: FoundDirectory, in root: Root, below relativePath: String) {
        for name in names.reversed() where name.utf8.first != UInt8(ascii: ".") {
            let relative = relativePath + name
            guard !selection.excluded.contains(where: { $0.matches(relative) }) else { continue }
            pending.append(.found(name, in: directory, root: root, relativePath: relative))
        }
    }

    /// Looks at something in a directory; `nil` for what is no manifest by its name, and for directories, which are stepped into.
    private mutating func found(_ name: String, in directory: FoundDirectory, root: Root, relativePath: String) -> Item? {
        let path = directory.path(of: name)
        do throws(FileError) {
            let entry = try directory.entry(name)
            if entry.kind == .directory {
                let inner = FoundDirectory(name, in: directory, seen: entry)
                push(try inner.names(), of: inner, in: root, below: relativePath + "/")
                return nil
            }
            if entry.kind == .symbolicLink, (try? FileKind.ofTarget(at: path)) == .directory {
                return .leftOut(path: path, reason: "a link to a directory; name it to scan it")
            }
            guard selection.included.contains(where: { $0.matches(relativePath) }) else { return nil }
            return entry.kind == .symbolicLink ? try linked(path, in: root) : file(path, at: directory.location(of: name), seen: entry)
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
        return file(path, at: target, seen: try FileEntry(at: target))
    }

    /// Takes what was seen, to which a path leads, if it is a file.
    private func file(_ path: String, at location: String, seen: FileEntry) -> Item {
        FoundFile(path, at: location, seen: seen).map { .found($0) } ?? .leftOut(path: path, reason: "neither a file nor a directory")
    }
}
