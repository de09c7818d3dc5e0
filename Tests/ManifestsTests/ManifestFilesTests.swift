import Foundation
import Manifests
import Platform
import Testing

/// A folder of a test; a class because it is removed at the end.
final class TestTree {
    let path: String

    /// Makes files with a line each, and links where a target is named.
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
    /// Walks and writes each item as a line, paths relative to the tree.
    private func walk(_ tree: TestTree, _ paths: [String] = [""], include: [String] = [], exclude: [String] = []) -> [String] {
        let selection = ManifestFiles.Selection(included: include.map { PathPattern($0) }, excluded: exclude.map { PathPattern($0) })
        let named = paths.map { $0 == "-" ? $0 : tree.path + ($0.isEmpty ? "" : "/" + $0) }
        return ManifestFiles(named, selecting: selection).map { item in
            switch item {
            case .standardInput: "-"
            case .named(let path): "named " + path.replacing(tree.path + "/", with: "")
            case .found(let file): file.path.replacing(tree.path + "/", with: "")
            case .unreadable(let path, let reason): "unreadable \(path.replacing(tree.path, with: "")): \(reason)"
            case .leftOut(let path, let reason): "left out \(path.replacing(tree.path + "/", with: "")): \(reason)"
            }
        }
    }

    @Test func `A directory is walked in the order of bytes, without hidden files`() throws {
        let tree = try TestTree([
            "b.yml", "a.yaml", "Z.json", "a/x.yaml", "a.txt", ".hidden.yaml", ".git/config.yaml", "é.yaml", "a/b/c/d.json", "a/.x/y.yaml",
        ])
        #expect(walk(tree) == ["Z.json", "a/b/c/d.json", "a/x.yaml", "a.yaml", "b.yml", "é.yaml"])
    }

    @Test func `What is named is read whatever its name, in the order in which it is named`() throws {
        let tree = try TestTree(["a.txt", ".hidden/.x.yaml", "d/b.yaml"])
        #expect(
            walk(tree, ["d", "a.txt", "-", ".hidden/.x.yaml", "none"])
                == ["d/b.yaml", "named a.txt", "-", "named .hidden/.x.yaml", "named none"]
        )
    }

    @Test func `Patterns choose and leave out files, and whole directories`() throws {
        let tree = try TestTree(["a.yaml", "b.tpl", "templates/c.yaml", "x/templates/d.yaml", "x/e.yaml", "x/values.yaml"])
        #expect(walk(tree, exclude: ["templates", "values.yaml"]) == ["a.yaml", "x/e.yaml"])
        #expect(walk(tree, include: ["*.tpl"]) == ["b.tpl"])
        #expect(walk(tree, include: ["x/**"], exclude: ["x/templates"]) == ["x/e.yaml", "x/values.yaml"])
    }

    @Test func `A directory without manifests says so, one that is empty, too`() throws {
        let tree = try TestTree(["empty/", "other/a.txt", "some/a.yaml"])
        #expect(
            walk(tree, ["empty", "some", "other"]) == [
                "unreadable /empty: no manifest in it (*.yaml, *.yml, *.json)", "some/a.yaml",
                "unreadable /other: no manifest in it (*.yaml, *.yml, *.json)",
            ]
        )
    }

    @Test func `Links are followed to files inside, and to nothing else`() throws {
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
                "a.yaml", "d/b.yaml", "unreadable /dangling.json: No such file or directory", "in.yaml",
                "left out loop: a link to a directory; name it to scan it",
                "left out out.yaml: a link that leads out of the directory; name it to scan it",
                "left out outdir: a link to a directory; name it to scan it",
                "unreadable /self.yaml: Too many levels of symbolic links",
                "left out up.yaml: a link that leads out of the directory; name it to scan it",
            ]
        )
        #expect(walk(tree, ["loop/d"]) == ["loop/d/b.yaml"])
    }

    @Test func `A pipe in a directory is left out instead of waited for`() throws {
        let tree = try TestTree(["a.yaml"])
        #expect(unsafe mkfifo(tree.path + "/p.yaml", 0o600) == 0)
        #expect(walk(tree) == ["a.yaml", "left out p.yaml: neither a file nor a directory"])
    }

    /// Walks, lets the tree be changed after the first item, and reads each file that was found.
    private func read(_ tree: TestTree, changing change: () throws -> Void) throws -> [String] {
        var files = ManifestFiles([tree.path])
        let first = files.next()
        try change()
        return ([first].compactMap { $0 } + files).map { item in
            switch item {
            case .found(let file):
                do throws(FileError) {
                    return String(decoding: try FileContents.read(file, byteLimit: 100), as: UTF8.self)
                } catch {
                    return error.description.replacing(tree.path + "/", with: "")
                }
            case .unreadable(let path, let reason): return "unreadable \(path.replacing(tree.path + "/", with: "")): \(reason)"
            case .leftOut(_, let reason): return reason
            case .named, .standardInput: return "\(item)"
            }
        }
    }

    @Test func `A link to a device is left out instead of read`() throws {
        let tree = try TestTree(["a.yaml"], links: [("n.yaml", "/dev/zero")])
        #expect(walk(tree) == ["a.yaml", "left out n.yaml: a link that leads out of the directory; name it to scan it"])
        #expect(walk(tree, ["n.yaml"]) == ["named n.yaml"])
    }

    @Test(arguments: ["pipe", "link", "device", "file", "directory"])
    func `A file that was replaced after it was found is not read, and nothing is waited for`(replacement: String) throws {
        let outside = try TestTree(["secret.yaml"])
        let tree = try TestTree(["a.yaml"])
        let path = tree.path + "/a.yaml"
        let read = try read(tree) {
            // Kept, so that nothing else gets its inode.
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

    @Test func `A link that was swapped after it was found leads to what it led to, or to nothing`() throws {
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
        #expect(read == ["a.yaml: replaced since its directory was listed", "a link to a directory; name it to scan it"])
    }

    @Test func `What is below a directory that was swapped for a link is not read`() throws {
        let outside = try TestTree(["b.yaml"])
        let tree = try TestTree(["d/a.yaml", "d/b.yaml"])
        let read = try read(tree) {
            try FileManager.default.moveItem(atPath: tree.path + "/d", toPath: tree.path + "/.e")
            try FileManager.default.createSymbolicLink(atPath: tree.path + "/d", withDestinationPath: outside.path)
        }
        #expect(read == ["d/a.yaml: No such file or directory", "unreadable d/b.yaml: replaced since its directory was listed"])
    }

    @Test func `A file that is read is the one that was found`() throws {
        let tree = try TestTree(["a.yaml", "b.yaml"])
        let read = try read(tree) { try Data("kind: Job\n".utf8).write(to: URL(filePath: tree.path + "/b.yaml")) }
        #expect(read == ["kind: Pod\n", "kind: Job\n"])
    }
}
