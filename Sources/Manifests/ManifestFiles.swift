package import Platform

/// The files at the given paths and below given directories, one after the other.
///
/// Files in a directory are selected by name, in byte order. Hidden files and directories, whose names start with a period, are skipped. A
/// symbolic link to a file inside the given directory is followed. One that leads out of it, to a directory or nowhere, is not, so that there
/// are no loops and no other files are read. A given path is always read. A found file is read only if it is still the same file.
package struct ManifestFiles: Sequence, IteratorProtocol {
    /// One file to scan, or a message instead.
    package enum Item: Sendable, Equatable {
        case standardInput
        /// A given path; reading it may wait.
        case named(String)
        /// A file that was found in a directory; `isInChart` means that it is below a ``chart(directory:)`` that came before.
        case found(FoundFile, isInChart: Bool)
        /// The directory of a Helm chart, before the files in it.
        case chart(directory: String)
        /// A given directory in which no file was found.
        case empty(path: String, reason: String)
        /// A path that cannot be read.
        case unreadable(path: String, reason: String)
        /// A path that is skipped, with the reason.
        case skipped(path: String, reason: String)
    }

    /// The selection of files in directories.
    package struct Selection: Sendable {
        /// The patterns of which a file's name or path must match one.
        package var included: [PathPattern]
        /// The patterns that no name or path of a file or directory may match.
        package var excluded: [PathPattern]

        /// The patterns for files that are manifests by their names.
        package static let manifests = ["*.yaml", "*.yml", "*.json"].map { PathPattern($0) }

        /// A selection; without `included`, it has the patterns for manifests.
        package init(included: [PathPattern] = [], excluded: [PathPattern] = []) {
            self.included = included.isEmpty ? Self.manifests : included
            self.excluded = excluded
        }
    }

    /// A path that is not yet inspected.
    private enum Pending {
        case named(String)
        case found(String, in: FoundDirectory, place: Place)
        /// The end of a given directory, with the number of files before it.
        case end(of: String, fileCount: Int)
    }

    /// A place below a given directory.
    private struct Place {
        /// The path of the given directory, with links resolved and a slash at the end.
        let root: String
        /// The path below the given directory.
        var path = ""
        /// Whether it is below the directory of a chart.
        var isInChart = false
        /// Whether it is a directory in the `charts` of a chart, which Helm renders with that chart.
        var isSubchart = false
    }

    private let selection: Selection
    /// The next path is the last element.
    private var pending: [Pending]
    /// The items so far that are read or that say why they cannot be read.
    private var fileCount = 0

    /// The files at these paths; `-` is standard input.
    package init(_ paths: [String], selecting selection: Selection = Selection()) {
        self.selection = selection
        pending = paths.reversed().map { .named($0) }
    }

    /// Finds the next item.
    package mutating func next() -> Item? {
        while let entry = pending.popLast() {
            guard let item = item(of: entry) else { continue }
            if case .skipped = item {} else { fileCount += 1 }
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
        case .found(let name, let directory, let place):
            return found(name, in: directory, at: place)
        case .end(let path, let count):
            guard count == fileCount else { return nil }
            let patterns = selection.included.map(\.text).joined(separator: ", ")
            return .empty(path: path, reason: "contains no manifest (\(patterns))")
        }
    }

    /// Enters a given directory.
    private mutating func open(_ path: String) -> Item? {
        do throws(FileError) {
            let directory = try FoundDirectory(named: path)
            let names = try directory.names()
            pending.append(.end(of: path, fileCount: fileCount))
            let chart = HelmChart.directory(above: path)
            let item = enter(directory, with: names, at: Place(root: directory.location(of: ""), isInChart: chart != nil))
            return item ?? chart.map { .chart(directory: $0) }
        } catch {
            return .unreadable(path: path, reason: error.reason)
        }
    }

    /// Queues the entries of a directory that are neither hidden nor excluded; returns the chart that begins with it, if any.
    private mutating func enter(_ directory: FoundDirectory, with names: [String], at place: Place) -> Item? {
        let isChart = !place.isSubchart && names.contains(HelmChart.fileName)
        for name in names.reversed() where name.utf8.first != UInt8(ascii: ".") {
            var inner = place
            inner.path += place.path.isEmpty ? name : "/" + name
            inner.isInChart = place.isInChart || isChart
            inner.isSubchart = place.isInChart && place.path.split(separator: "/").last == "charts"
            guard !selection.excluded.contains(where: { $0.matches(inner.path) }) else { continue }
            pending.append(.found(name, in: directory, place: inner))
        }
        return isChart ? .chart(directory: directory.path) : nil
    }

    /// Inspects an entry of a directory; `nil` for a name that is not selected, and for a directory, which it enters.
    private mutating func found(_ name: String, in directory: FoundDirectory, at place: Place) -> Item? {
        let path = directory.path(of: name)
        do throws(FileError) {
            let entry = try directory.entry(name)
            switch entry.kind {
            case .directory:
                let inner = FoundDirectory(name, in: directory, seen: entry)
                return enter(inner, with: try inner.names(), at: place)
            case .symbolicLink where (try? FileKind.ofTarget(at: path)) == .directory:
                return .skipped(path: path, reason: "it is a link to a directory; name it on the command line to scan it")
            case .symbolicLink where isSelected(place):
                return try linked(path, at: place)
            case .regular where isSelected(place), .other where isSelected(place):
                return file(path, at: directory.location(of: name), seen: entry, isInChart: place.isInChart)
            case .symbolicLink, .regular, .other:
                return nil
            }
        } catch {
            return .unreadable(path: path, reason: error.reason)
        }
    }

    private func isSelected(_ place: Place) -> Bool {
        selection.included.contains { $0.matches(place.path) }
    }

    /// Follows a link with a selected name.
    private func linked(_ path: String, at place: Place) throws(FileError) -> Item {
        let target: String
        do throws(FileError) {
            target = try FilePaths.resolved(path)
        } catch  where error.isMissingFile {
            return .skipped(path: path, reason: "it is a link to a file that does not exist")
        }
        guard target.utf8.starts(with: place.root.utf8) else {
            return .skipped(path: path, reason: "it is a link out of the directory; name it on the command line to scan it")
        }
        return file(path, at: target, seen: try FileEntry(at: target), isInChart: place.isInChart)
    }

    /// Accepts an inspected path if it is a file.
    private func file(_ path: String, at location: String, seen: FileEntry, isInChart: Bool) -> Item {
        guard let file = FoundFile(path, at: location, seen: seen) else {
            return .skipped(path: path, reason: "it is neither a file nor a directory")
        }
        return .found(file, isInChart: isInChart)
    }
}

extension ManifestFiles.Item {
    /// Reads standard input or the file; `nil` for a chart or a message.
    package func contents(byteLimit: Int) throws(FileError) -> [UInt8]? {
        switch self {
        case .standardInput: try FileContents.readStandardInput(byteLimit: byteLimit)
        case .named(let path): try FileContents.read(path, byteLimit: byteLimit)
        case .found(let file, _): try FileContents.read(file, byteLimit: byteLimit)
        case .chart, .empty, .unreadable, .skipped: nil
        }
    }
}
