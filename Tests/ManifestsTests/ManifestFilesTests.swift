import Foundation
import Manifests
import Platform
import Testing

/// A temporary folder; a class because it is removed with its last user.
final class TestTree {
    let path: String

    /// Creates files with one line each, and links for names with a target.
    init(_ files: [String], links: [(name: String, target: String)] = []) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "podscore-tree-\(UUID().uuidString)").path
        for file in files {
            let url = URL(filePath: path + "/" + file)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            if !file.hasSuffix("/") { try Data("kind: Pod\n".utf8).write(to: url) } else { try make(url) }
        }
        for link in links { try FileManager.default.createSymbolicLink(atPath: path + "/" + link.name, withDestinationPath: link.target) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    private func make(_ url: URL) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
}

@Suite struct ManifestFilesTests {
    /// Returns each item as a line, with paths relative to the folder.
    private func walk(_ tree: TestTree, _ paths: [String] = [""], include: [String] = [], exclude: [String] = []) -> [String] {
        let selection = ManifestFiles.Selection(included: include.map { PathPattern($0) }, excluded: exclude.map { PathPattern($0) })
        let named = paths.map { $0 == "-" ? $0 : tree.path + ($0.isEmpty ? "" : "/" + $0) }
        return ManifestFiles(named, selecting: selection).map { item in
            switch item {
            case .standardInput: "-"
            case .named(let path): "named " + path.replacing(tree.path + "/", with: "")
            case .found(let file, let isInChart): file.path.replacing(tree.path + "/", with: "") + (isInChart ? " in a chart" : "")
            case .chart(let directory): "chart " + directory.replacing(tree.path, with: "")
            case .empty(let path, let reason): "empty \(path.replacing(tree.path, with: "")): \(reason)"
            case .unreadable(let path, let reason): "unreadable \(path.replacing(tree.path, with: "")): \(reason)"
            case .skipped(let path, let reason): "left out \(path.replacing(tree.path + "/", with: "")): \(reason)"
            }
        }
    }

    @Test func `A directory is read in byte order, without hidden files`() throws {
        let tree = try TestTree([
            "b.yml", "a.yaml", "Z.json", "a/x.yaml", "a.txt", ".hidden.yaml", ".git/config.yaml", "é.yaml", "a/b/c/d.json", "a/.x/y.yaml",
        ])
        #expect(walk(tree) == ["Z.json", "a/b/c/d.json", "a/x.yaml", "a.yaml", "b.yml", "é.yaml"])
    }

    @Test func `Given paths are read in order, whatever their names`() throws {
        let tree = try TestTree(["a.txt", ".hidden/.x.yaml", "d/b.yaml"])
        #expect(
            walk(tree, ["d", "a.txt", "-", ".hidden/.x.yaml", "none"])
                == ["d/b.yaml", "named a.txt", "-", "named .hidden/.x.yaml", "named none"]
        )
    }

    @Test func `Patterns include and exclude files and whole directories`() throws {
        let tree = try TestTree(["a.yaml", "b.tpl", "templates/c.yaml", "x/templates/d.yaml", "x/e.yaml", "x/values.yaml"])
        #expect(walk(tree, exclude: ["templates", "values.yaml"]) == ["a.yaml", "x/e.yaml"])
        #expect(walk(tree, include: ["*.tpl"]) == ["b.tpl"])
        #expect(walk(tree, include: ["x/**"], exclude: ["x/templates"]) == ["x/e.yaml", "x/values.yaml"])
    }

    @Test func `A directory without a manifest is an error, even an empty one`() throws {
        let tree = try TestTree(["empty/", "other/a.txt", "some/a.yaml"])
        #expect(
            walk(tree, ["empty", "some", "other"]) == [
                "empty /empty: contains no manifest (*.yaml, *.yml, *.json)", "some/a.yaml",
                "empty /other: contains no manifest (*.yaml, *.yml, *.json)",
            ]
        )
    }

    @Test func `A directory of which everything is left out has no manifest`() throws {
        let outside = try TestTree(["secret.yaml"])
        let tree = try TestTree(["d/values.yaml"], links: [("d/link.yaml", outside.path + "/secret.yaml"), ("d/folder", outside.path)])
        let items = walk(tree, ["d"], exclude: ["values.yaml"])
        #expect(items.count == 3 && items.last == "empty /d: contains no manifest (*.yaml, *.yml, *.json)", "\(items)")
    }

    @Test func `Only links to files inside the directory are followed`() throws {
        let outside = try TestTree(["secret.yaml"])
        let tree = try TestTree(
            ["a.yaml", "d/b.yaml"],
            links: [
                ("in.yaml", "d/b.yaml"), ("loop", "."), ("out.yaml", outside.path + "/secret.yaml"), ("outdir", outside.path),
                ("self.yaml", "self.yaml"), ("dangling.json", "none"), ("dangling.txt", "none"),
                ("up.yaml", "../\(outside.path.split(separator: "/").last ?? "")/secret.yaml"),
            ]
        )
        #expect(
            walk(tree) == [
                "a.yaml", "d/b.yaml", "left out dangling.json: it is a link to a file that does not exist", "in.yaml",
                "left out loop: it is a link to a directory; name it on the command line to scan it",
                "left out out.yaml: it is a link out of the directory; name it on the command line to scan it",
                "left out outdir: it is a link to a directory; name it on the command line to scan it",
                "left out self.yaml: it is a link to a file that does not exist",
                "left out up.yaml: it is a link out of the directory; name it on the command line to scan it",
            ]
        )
        #expect(walk(tree, ["loop/d"]) == ["loop/d/b.yaml"])
    }

    @Test func `A Helm chart comes before its files, with the charts that it contains`() throws {
        let tree = try TestTree([
            "a.yaml", "c/Chart.yaml", "c/charts/sub/Chart.yaml", "c/charts/sub/templates/d.yaml", "c/templates/b.yaml",
            "c/tests/x/Chart.yaml",
            "z.yaml",
        ])
        #expect(
            walk(tree) == [
                "a.yaml", "chart /c", "c/Chart.yaml in a chart", "c/charts/sub/Chart.yaml in a chart",
                "c/charts/sub/templates/d.yaml in a chart", "c/templates/b.yaml in a chart", "chart /c/tests/x",
                "c/tests/x/Chart.yaml in a chart", "z.yaml",
            ]
        )
        #expect(walk(tree, ["c"], include: ["b.yaml"], exclude: ["tests"]) == ["chart /c", "c/templates/b.yaml in a chart"])
        #expect(walk(tree, ["c/templates"]) == ["chart /c", "c/templates/b.yaml in a chart"])
        #expect(walk(tree, ["c/charts/sub"], include: ["d.yaml"]) == ["chart /c/charts/sub", "c/charts/sub/templates/d.yaml in a chart"])
        #expect(walk(tree, ["c/tests"], include: ["*"]) == ["chart /c/tests/x", "c/tests/x/Chart.yaml in a chart"])
    }

    @Test(
        arguments: [
            ("c/templates/b.yaml", "c"), ("./c//templates/b.yaml", "c"), ("c/templates/../templates/b.yaml", nil), ("c/crds/b.yaml", ""),
            ("c/charts/sub/templates/b.yaml", "c/charts/sub"), ("c/values.yaml", ""), ("none/templates/b.yaml", ""),
        ] as [(String, String?)]
    )
    func `The chart of a template is the nearest directory with a Chart.yaml`(path: String, expected: String?) throws {
        let tree = try TestTree(["c/Chart.yaml", "c/charts/sub/Chart.yaml", "c/templates/b.yaml"])
        let chart = HelmChart.directory(above: tree.path + "/" + path)
        #expect(chart == (expected == "" ? nil : tree.path + "/" + (expected ?? "c")))
    }

    @Test func `A name that is not UTF-8 is found`() throws {
        let tree = try TestTree(["b.yaml", "d/"])
        let latin: [CChar] = Array(tree.path.utf8CString.dropLast()) + "/d/pod-".utf8.map { CChar($0) } + [-23, 46, 121, 109, 108, 0]
        #expect(unsafe rename(tree.path + "/b.yaml", latin) == 0)
        let files = Array(ManifestFiles([tree.path]))
        guard files.count == 1, case .found(let file, _) = files[0] else {
            Issue.record("not found: \(files)")
            return
        }
        #expect(SystemPath.display(file.path) == tree.path + "/d/pod-\\xE9.yml")
        #expect(try FileContents.read(file, byteLimit: 100) == Array("kind: Pod\n".utf8))
        #expect(try FileContents.read(file.path, byteLimit: 100) == Array("kind: Pod\n".utf8))
    }

    @Test func `A pipe in a directory is skipped without waiting`() throws {
        let tree = try TestTree(["a.yaml"])
        #expect(unsafe mkfifo(tree.path + "/p.yaml", 0o600) == 0)
        #expect(walk(tree) == ["a.yaml", "left out p.yaml: it is neither a file nor a directory"])
    }

    /// Reads each found file, and calls a closure that changes the folder after the first one.
    private func read(_ tree: TestTree, changing change: () throws -> Void) throws -> [String] {
        var files = ManifestFiles([tree.path])
        let first = files.next()
        try change()
        return ([first].compactMap { $0 } + files).map { item in
            switch item {
            case .found(let file, _):
                do throws(FileError) {
                    return String(decoding: try FileContents.read(file, byteLimit: 100), as: UTF8.self)
                } catch {
                    return error.description.replacing(tree.path + "/", with: "")
                }
            case .unreadable(let path, let reason): return "unreadable \(path.replacing(tree.path + "/", with: "")): \(reason)"
            case .skipped(_, let reason): return reason
            case .named, .standardInput, .empty, .chart: return "\(item)"
            }
        }
    }

    @Test func `A link to a device is skipped`() throws {
        let tree = try TestTree(["a.yaml"], links: [("n.yaml", "/dev/zero")])
        #expect(walk(tree) == ["a.yaml", "left out n.yaml: it is a link out of the directory; name it on the command line to scan it"])
        #expect(walk(tree, ["n.yaml"]) == ["named n.yaml"])
    }

    @Test(arguments: ["pipe", "link", "device", "file", "directory"])
    func `A file that was replaced after it was found is rejected without waiting`(replacement: String) throws {
        let outside = try TestTree(["secret.yaml"])
        let tree = try TestTree(["a.yaml"])
        let path = tree.path + "/a.yaml"
        let read = try read(tree) {
            // Kept, so that no other file gets its inode.
            try FileManager.default.moveItem(atPath: path, toPath: tree.path + "/a.txt")
            switch replacement {
            case "pipe": #expect(unsafe mkfifo(path, 0o600) == 0)
            case "link": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside.path + "/secret.yaml")
            case "device": try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
            case "file": try Data("kind: Secret\n".utf8).write(to: URL(filePath: path))
            default: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            }
        }
        #expect(read == ["a.yaml: replaced since its directory was listed"])
    }

    @Test func `A link that changed after it was found leads to its old target, or is rejected`() throws {
        let outside = try TestTree(["secret.yaml"])
        let tree = try TestTree(["d/b.txt"], links: [("a.yaml", "d/b.txt")])
        let link = tree.path + "/a.yaml"
        let swap: (String) throws -> Void = { target in
            try FileManager.default.removeItem(atPath: link)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
        #expect(try read(tree) { try swap(outside.path + "/secret.yaml") } == ["kind: Pod\n"])
        try swap("d/b.txt")
        let read = try read(tree) {
            try FileManager.default.moveItem(atPath: tree.path + "/d", toPath: tree.path + "/e")
            try FileManager.default.createSymbolicLink(atPath: tree.path + "/d", withDestinationPath: outside.path)
            try FileManager.default.moveItem(atPath: outside.path + "/secret.yaml", toPath: outside.path + "/b.txt")
        }
        #expect(
            read == [
                "a.yaml: replaced since its directory was listed", "it is a link to a directory; name it on the command line to scan it",
            ]
        )
    }

    @Test func `Files below a directory that was replaced by a link are not read`() throws {
        let outside = try TestTree(["b.yaml"])
        let tree = try TestTree(["d/a.yaml", "d/b.yaml"])
        let read = try read(tree) {
            try FileManager.default.moveItem(atPath: tree.path + "/d", toPath: tree.path + "/.e")
            try FileManager.default.createSymbolicLink(atPath: tree.path + "/d", withDestinationPath: outside.path)
        }
        #expect(read == ["d/a.yaml: No such file or directory", "unreadable d/b.yaml: replaced since its directory was listed"])
    }

    @Test func `The file that is read is the one that was found`() throws {
        let tree = try TestTree(["a.yaml", "b.yaml"])
        let read = try read(tree) { try Data("kind: Job\n".utf8).write(to: URL(filePath: tree.path + "/b.yaml")) }
        #expect(read == ["kind: Pod\n", "kind: Job\n"])
    }
}
