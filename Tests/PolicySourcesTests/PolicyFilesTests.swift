import AdmissionPolicy
import Foundation
import Platform
import TestSupport
import Testing

@testable import PolicySources

@Suite struct PolicyFilesTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private static func policy(_ name: String) -> String {
        "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: \(name)}\nspec: {match: {namespaces: [\(name)]}, warn: {minimumScore: 7}}\n"
    }

    /// The errors of loading the folder, with the folder's path as `DIR`.
    private func errors() -> [String] {
        do {
            _ = try PolicyFiles.load(folder.path)
            return []
        } catch {
            return error.files.lines.map { $0.replacing(folder.path, with: "DIR") }
        }
    }

    @Test func `A directory's policies are read in the order of the file names, and other entries are reported as skipped`() throws {
        for name in ["c.json", "b.yml", "a.yaml"] { _ = try folder.write(Self.policy(String(name.first ?? "x")), to: name) }
        for name in ["README.md", ".hidden.yaml", ".yaml", "yaml", "..data_tmp.yaml"] { _ = try folder.write("no: policy", to: name) }
        try FileManager.default.createDirectory(atPath: folder.file("more.yaml"), withIntermediateDirectories: false)
        let loaded = try PolicyFiles.load(folder.path + "/")
        #expect(loaded.policies.policies.map(\.name) == ["a", "b", "c"])
        #expect(
            loaded.warnings.map { $0.replacing(folder.path, with: "DIR") } == [
                "DIR/.hidden.yaml: warning: skipped: it is hidden",
                "DIR/.yaml: warning: skipped: it is hidden",
                "DIR/README.md: warning: skipped: its name does not end in .yaml, .yml, .json",
                "DIR/more.yaml: warning: skipped: it is a directory, and only files directly in DIR/ are read",
                "DIR/yaml: warning: skipped: its name does not end in .yaml, .yml, .json",
            ]
        )
    }

    @Test func `The digest is that of the concatenated files`() throws {
        let paths = try ["a", "b"].map { try folder.write(Self.policy($0), to: $0 + ".yaml") }
        let loaded = try PolicyFiles.load(folder.path)
        let run = try Run(
            "/bin/sh",
            ["-c", "cat '\(paths[0])' '\(paths[1])' | sha256sum; sha256sum <'\(paths[0])'; sha256sum <'\(paths[1])'"]
        )
        let digests = run.lines.map { $0.split(separator: " ").first.map(String.init) }
        #expect([loaded.sha256] + loaded.files.map(\.sha256) == digests)
        #expect(loaded.files.map(\.path) == paths)
    }

    @Test func `All errors of all files are reported at once, with their positions`() throws {
        _ = try folder.write("apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicies\n", to: "a.yaml")
        _ = try folder.write(String(repeating: "#", count: PolicyFileSet.byteLimit + 1), to: "b.yaml")
        let bomb = (0..<9).map {
            "l\($0): &l\($0) [\(Array(repeating: $0 == 0 ? "0" : "*l\($0 - 1)", count: 9).joined(separator: ", "))]\n"
        }
        _ = try folder.write(bomb.joined(), to: "c.yaml")
        #expect(unsafe mkfifo(folder.file("d.yaml"), 0o600) == 0)
        _ = try folder.write("", to: "e.yaml")
        try FileManager.default.createSymbolicLink(atPath: folder.file("f.yaml"), withDestinationPath: "nowhere")
        let errors = errors()
        #expect(errors.first?.hasPrefix("DIR/a.yaml:2:7: unknown kind \"ScorePolicies\"") == true, "\(errors)")
        let expected = [
            "DIR/b.yaml:1:1: larger than 1048576 bytes", "DIR/c.yaml:4:30: aliases expand to more than 4564 values",
            "DIR/d.yaml:1:1: not a regular file", "DIR/e.yaml:1:1: no policy in the file; if that is intended, remove the file",
            "DIR/f.yaml:1:1: No such file or directory",
        ]
        #expect(Array(errors.suffix(expected.count)) == expected)
    }

    @Test func `A file at the size limit is read, and a file given by its path may have any name`() throws {
        let text = Self.policy("a")
        let path = try folder.write(text + String(repeating: "#", count: PolicyFileSet.byteLimit - text.utf8.count), to: "policy")
        #expect(try PolicyFiles.load(path).policies.policies.map(\.name) == ["a"])
        _ = try folder.write(text + String(repeating: "#", count: PolicyFileSet.byteLimit - text.utf8.count + 1), to: "policy")
        #expect(throws: PolicyLoadingError.self) { try PolicyFiles.load(path) }
    }

    @Test func `A directory without a policy file is an error, and so is a path that does not exist`() throws {
        _ = try folder.write(Self.policy("a"), to: "policy.txt")
        #expect(errors() == ["no policy file in DIR; the names of policy files end in .yaml, .yml, .json"])
        for path in ["/nowhere.yaml", "/dev/null"] {
            let error = #expect(throws: PolicyLoadingError.self) { try PolicyFiles.load(path, takesPipes: false) }
            #expect(error?.files.lines.first?.hasPrefix("cannot read the policy: \(path): ") == true)
        }
    }

    @Test func `A pipe is read by commands that read once, and rejected by those that reload`() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(Self.policy("a").utf8))
        try pipe.fileHandleForWriting.close()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        #expect(throws: PolicyLoadingError.self) { try PolicyFiles.load(path, takesPipes: false) }
        guard case .failure = PolicyFiles.reload(path, ownNamespace: "", today: .now) else {
            Issue.record("the pipe was read")
            return
        }
        #expect(try PolicyFiles.load(path).policies.policies.map(\.name) == ["a"])
    }
}
