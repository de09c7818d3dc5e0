import Foundation
import TestSupport
import Testing

/// `podscore scan` with a baseline, as a process.
@Suite struct BaselineCommandTests {
    private static func pod(_ name: String, hostPID: Bool = true, hostIPC: Bool = false) -> String {
        let spec = "{hostPID: \(hostPID), hostIPC: \(hostIPC), containers: [{name: a, image: x}]}"
        return "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec: \(spec)\n---\n"
    }

    @Test func `A baseline is read before it is replaced`() throws {
        let folder = try ScratchFolder()
        let file = folder.file("baseline.json")
        let old = Self.pod("old") + Self.pod("fixed", hostIPC: true)
        #expect(try Run.podscore("scan", "--write-baseline", file, "-", input: old).status == 0)
        let text = Self.pod("old", hostIPC: true) + Self.pod("new") + Self.pod("fixed")
        let scan = try Run.podscore("scan", "--format", "json", "--baseline", file, "--write-baseline", file, "-", input: text)
        #expect(scan.status == 1)
        #expect(["worse", "new", "known"].allSatisfy { scan.output.contains("\"baseline\": \"\($0)\"") })
        let note = "podscore: note: \(file) has 1 outdated entry, removed from the new one\n"
        #expect(scan.errors == note + "    Pod/fixed.default in STDIN: HostIPC is fixed\n")
        let again = try Run.podscore("scan", "--baseline", file, "--write-baseline", folder.file("other"), "-", input: text)
        #expect(again.status == 0 && again.errors.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == String(contentsOfFile: folder.file("other"), encoding: .utf8))
        let fixed = try Run.podscore("scan", "--baseline", file, "--write-baseline", folder.file("other"), "-", input: Self.pod("new"))
        #expect(fixed.status == 0)
        #expect(fixed.errors.hasPrefix("podscore: note: \(file) has 2 outdated entries, removed from the new one\n"))
    }

    @Test func `The command writes a baseline and fails only for new objects`() throws {
        let folder = try ScratchFolder()
        let file = folder.file("baseline.json")
        let old = Self.pod("old")
        let written = try Run.podscore("scan", "--write-baseline", file, "-", input: old)
        #expect(written.status == 0 && written.errors.isEmpty)
        #expect(try Run.podscore("scan", "-", input: old).status == 1)
        let known = try Run.podscore("scan", "--format", "json", "--baseline", file, "-", input: old)
        #expect(known.status == 0 && known.output.contains("\"baseline\": \"known\""), "\(known.errors)")
        let new = try Run.podscore("scan", "--format", "table", "--baseline", file, "-", input: old + Self.pod("new"))
        #expect(new.status == 1)
        #expect(new.output.contains("  not counted as failed: in the baseline\n") && new.output.contains("  not in the baseline\n"))
        #expect(new.output.hasPrefix("2 documents: 2 scored (1 failed, 1 in the baseline), 0 skipped, 0 invalid\n\n"))
        let fixed = try Run.podscore("scan", "--baseline", file, "-", input: Self.pod("old", hostPID: false))
        #expect(fixed.status == 0)
        let note = "podscore: note: \(file) has 1 outdated entry; refresh with --write-baseline\n"
        #expect(fixed.errors == note + "    Pod/old.default in STDIN: passed or removed\n")
        #expect(try Run.podscore("scan", "--baseline", file, "-", input: old + "kind: [\n").status == 2)
        let missing = try Run.podscore("scan", "--baseline", folder.file("none"), "-", input: old)
        #expect(missing.status == 2 && missing.errors.contains("No such file or directory; create one with --write-baseline"))
        #expect(
            try Run.podscore(
                "scan",
                "--ruleset",
                "kubesec/v2",
                "--write-baseline",
                file,
                "-",
                input: old + "apiVersion: v1\nkind: Service\n"
            ).status == 0
        )
    }

    @Test func `A baseline tells objects of different files apart`() throws {
        let folder = try ScratchFolder()
        let (first, second, file) = (folder.file("a.yaml"), folder.file("b.yaml"), folder.file("baseline.json"))
        for path in [first, second] { try Data(Self.pod("web").utf8).write(to: URL(filePath: path)) }
        #expect(try Run.podscore("scan", "--write-baseline", file, first, second).status == 0)
        #expect(try Run.podscore("scan", "--baseline", file, first, second).status == 0)
        try Data(Self.pod("web", hostIPC: true).utf8).write(to: URL(filePath: second))
        let worse = try Run.podscore("scan", "--format", "json", "--baseline", file, first, second)
        #expect(worse.status == 1 && worse.output.contains("\"baseline\": \"known\"") && worse.output.contains("\"baseline\": \"worse\""))
        let fixed = try Run.podscore("scan", "--baseline", file, first)
        #expect(fixed.status == 0 && fixed.errors.contains("Pod/web.default in \(second): passed or removed\n"), "\(fixed.errors)")
    }
}
