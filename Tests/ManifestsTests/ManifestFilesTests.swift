import Foundation
import Manifests
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
            case .file(let path, let wasFound): (wasFound ? "" : "named ") + path.replacing(tree.path + "/", with: "")
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
}
