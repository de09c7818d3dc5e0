import Foundation
import TestSupport
import Testing

extension Processes {
    /// Scans of directories with charts and other files that are no manifests.
    @Suite struct NeighbourScanTests {
        private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"

        /// A folder with a Pod and the chart `shop`.
        private static func folder() throws -> ScratchFolder {
            let folder = try ScratchFolder()
            try FileManager.default.createDirectory(atPath: folder.file("shop/templates"), withIntermediateDirectories: true)
            _ = try folder.write(pod, to: "pod.yaml")
            _ = try folder.write("apiVersion: v2\nname: shop\nversion: 1.0.0\n", to: "shop/Chart.yaml")
            _ = try folder.write("replicas: 2\n", to: "shop/values.yaml")
            for name in ["a", "b", "c"] { _ = try folder.write("kind: {{ .Values.kind }}\n", to: "shop/templates/\(name).yaml") }
            return folder
        }

        /// Runs a command of the shell in a folder.
        private static func run(_ command: String, in folder: ScratchFolder) throws -> Run {
            try Run("/bin/bash", ["-c", "cd \"$1\" && podscore() { \"$0\" \"$@\"; } && \(command)", Run.podscore, folder.path])
        }

        @Test func `A chart has one line, and its templates do not fail the scan`() throws {
            let folder = try Self.folder()
            let hint = "Unknown skipped: Helm chart: render it first: helm template"
            let all = try Self.run("podscore scan --format table .", in: folder)
            #expect(all.status == 0 && all.errors.isEmpty)
            #expect(all.output.contains("./shop: \(hint) ./shop | podscore scan -\n"), "\(all.output)")
            #expect(all.output.hasPrefix("2 documents: 1 scored, 1 skipped (Helm chart), 0 invalid\n\n"), "\(all.output)")
            for path in ["shop", "shop/templates"] {
                let chart = try Self.run("podscore scan --format table \(path)", in: folder)
                #expect(chart.output == "shop: \(hint) shop | podscore scan -\n", "\(chart.output)\(chart.errors)")
            }
            let one = try Self.run("podscore scan --jobs 1 --format json .", in: folder)
            #expect(try Self.run("podscore scan --jobs 8 --format json .", in: folder).output == one.output)
        }

        @Test func `A template that is named is invalid, with the command that renders its chart`() throws {
            let folder = try Self.folder()
            let hint = "Helm template: render it first: helm template"
            for (path, chart) in [("shop/templates/a.yaml", "shop"), ("./shop/templates/a.yaml", "shop"), ("pod.yaml", nil)]
                as [(String, String?)]
            {
                let run = try Self.run("podscore scan \(path)", in: folder)
                #expect(run.status == (chart == nil ? 0 : 2))
                #expect(run.errors.contains(hint) == (chart != nil))
                #expect(chart.map { run.errors.hasSuffix("; \(hint) \($0) | podscore scan -\n") } ?? true, "\(run.errors)")
            }
            let inside = try Self.run("cd shop/templates && podscore scan a.yaml", in: folder)
            #expect(inside.status == 2 && inside.errors.hasSuffix("; \(hint) \(folder.path)/shop | podscore scan -\n"), "\(inside.errors)")
        }

        @Test func `Standard input by its path has kubesec's name under kubesec's rulesets`() throws {
            let folder = try Self.folder()
            let kubesec = try Self.run("podscore scan --ruleset kubesec/v2 --format json /dev/stdin <pod.yaml", in: folder)
            #expect(kubesec.output.contains("\"fileName\": \"STDIN\""), "\(kubesec.output)")
            let own = try Self.run("podscore scan --format json /dev/stdin <pod.yaml", in: folder)
            #expect(own.output.contains("\"fileName\": \"/dev/stdin\""), "\(own.output)")
        }

        @Test func `A dangling link is skipped with a note`() throws {
            let folder = try Self.folder()
            let run = try Self.run("ln -s none.yaml link.yaml && podscore scan --format table .", in: folder)
            #expect(run.status == 0)
            #expect(run.errors == "podscore: note: ./link.yaml is skipped: it is a link to a file that does not exist\n")
            #expect(try Self.run("podscore scan link.yaml", in: folder).status == 2)
        }

        @Test(arguments: ["podscore scan --format table .", "podscore scan --format table *.yaml"])
        func `A file whose name is not UTF-8 is scanned`(command: String) throws {
            let folder = try Self.folder()
            let run = try Self.run("cp pod.yaml $'pod-\\xe9.yaml' && \(command)", in: folder)
            #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
            #expect(run.output.contains("pod-\\xE9.yaml:1: Pod/p.default scores"), "\(run.output)")
        }
    }
}
