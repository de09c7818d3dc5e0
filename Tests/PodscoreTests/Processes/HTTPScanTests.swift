import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore http`, compared with kubesec's server.
    @Suite struct HTTPScanTests {
        private typealias Report = KubesecReference.Report

        private static let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a}]}\n"

        @Test(.enabled(if: !KubesecReference.names.isEmpty, "kubesec's reference output is not here"))
        func `Each file gets kubesec's answer`() throws {
            let server = try ScanServiceProcess()
            for name in KubesecReference.names {
                let path = KubesecReference.folder.appending(path: "input/\(name)").path
                let answer = try server.post(file: path)
                guard !name.hasPrefix("form-prefix-file") else {
                    // The command line reads `file=` as text, and the server removes it.
                    let reports = try Self.reports(in: answer.body)
                    #expect(answer.status == 200)
                    #expect(reports.map(\.object) == ["Pod/nginx-apparmor.default"] && reports.map(\.score) == [0], "\(name)")
                    #expect(reports.map(\.message) == ["Passed with a score of 0 points"], "\(name)")
                    continue
                }
                if let wanted = try KubesecReference.expectation(of: name).reports {
                    #expect(try Self.reports(in: answer.body) == wanted, "\(name)")
                    #expect(answer.status == 200 && answer.type == "application/json", "\(name)")
                } else {
                    #expect(answer.status == 400 && answer.type.hasPrefix("text/plain"), "\(name)")
                    #expect(answer.body.hasPrefix("API:"), "\(name): \(answer.body)")
                }
            }
            #expect(try server.stop() == 0)
        }

        @Test func `A report has kubesec's fields in kubesec's order`() throws {
            let folder = try ScratchFolder()
            let server = try ScanServiceProcess()
            let answer = try server.post(file: try folder.write(Self.pod, to: "pod.yaml"), query: "?rule=RunAsUser&rule=Privileged")
            #expect(
                answer.body.hasPrefix(
                    """
                    [
                      {
                        "object": "Pod/a.default",
                        "valid": true,
                        "fileName": "API",
                        "message": "Passed with a score of 0 points",
                        "score": 0,
                        "scoring": {
                          "advise": [
                            {
                              "id": "RunAsUser",
                              "selector": ".spec, .spec.containers[] | .securityContext .runAsUser -gt 10000",
                              "reason": "
                    """
                )
            )
            #expect(answer.body.hasSuffix("\"points\": 1\n        }\n      ]\n    }\n  }\n]\n"))
            let unknown = try server.post(file: folder.file("pod.yaml"), query: "?rule=runasuser")
            #expect(unknown.status == 400)
            #expect(unknown.body == "kubesec/v2 has no rule \"runasuser\"; did you mean RunAsUser?\n")
            #expect(try server.stop() == 0)
        }

        @Test(arguments: ["---\n", "--- \n", "--- # next\n", "...\n---\n", "---\r\n"])
        func `Every document is reported, and an invalid one hides no other`(separator: String) throws {
            let folder = try ScratchFolder()
            let server = try ScanServiceProcess()
            let good = try server.post(file: try folder.write(Self.pod + separator + Self.pod, to: "good"))
            #expect(good.status == 200)
            #expect(try Self.reports(in: good.body).map(\.valid) == [true, true])
            let mixed = try server.post(file: try folder.write(Self.pod + separator + "a: b: c\n" + separator + Self.pod, to: "mixed"))
            #expect(mixed.status == 400 && mixed.type == "application/json")
            #expect(try Self.reports(in: mixed.body).map(\.valid) == [true, false, true])
            #expect(try server.stop() == 0)
        }

        @Test func `Options choose the ruleset, the namespace, the limits and the certificate`() throws {
            let folder = try ScratchFolder()
            let certificates = try ScratchFolder.certificates.get()
            let server = try ScanServiceProcess(
                ["--ruleset", "podscore/v1", "-n", "payments", "--max-body-bytes", "1000"]
                    + ["--tls-cert", certificates.file("tls.crt"), "--tls-key", certificates.file("tls.key")]
            )
            #expect(server.address.hasPrefix("https://"))
            let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {hostPID: true}}}\n"
            let answer = try server.post(file: try folder.write(job, to: "job.yaml"), ["--insecure"])
            let reports = try Self.reports(in: answer.body)
            #expect(answer.status == 200)
            #expect(reports.map(\.object) == ["Job/a.payments"])
            #expect(reports.first?.scoring.critical?.map(\.id) == ["HostPID"])
            let large = try server.post(file: try folder.write(String(repeating: "#", count: 1001), to: "large"), ["--insecure"])
            #expect(large.status == 413)
            #expect(try server.stop() == 0)
        }

        @Test func `A host that is not allowed is not answered, except by probes`() throws {
            let folder = try ScratchFolder()
            let pod = try folder.write(Self.pod, to: "pod.yaml")
            let server = try ScanServiceProcess(["--allowed-host", "scores.example"])
            let port = try #require(server.authority.split(separator: ":").last)
            func status(_ host: String, _ path: String = "/scan") throws -> Int {
                try server.post(file: pod, ["--header", "Host: \(host)"], to: "http://127.0.0.1:\(port)\(path)").status
            }
            #expect(try status("localhost:1") == 200 && status("scores.example:\(port)") == 200)
            #expect(try status("evil.example") == 421 && status("10.0.0.1") == 421 && status("evil.example", "/metrics") == 421)
            #expect(try status("evil.example", "/healthz") == 200 && status("10.0.0.1", "/readyz") == 200)
            let answer = try server.post(file: pod, ["--header", "Host: evil.example"])
            #expect(
                answer.body == "requests for the host \"evil.example\" are not answered here; to allow a host, use --allowed-host\n"
            )
            #expect(try server.stop() == 0)
        }

        @Test func `A new certificate is served without a restart, and an invalid one is rejected`() throws {
            let certificates = try ScratchFolder.certificates.get()
            let folder = try ScratchFolder()
            for name in ["tls.crt", "tls.key"] {
                try FileManager.default.copyItem(atPath: certificates.file(name), toPath: folder.file(name))
            }
            let server = try ScanServiceProcess(
                ["--tls-cert", folder.file("tls.crt"), "--tls-key", folder.file("tls.key"), "--watch-interval", "0.02"]
                    + ["--allowed-host", "other.example"]
            )
            _ = try folder.write("no certificate", to: "tls.crt")
            #expect(try server.waitForWords("new certificate rejected").contains("still using"))
            let pod = try folder.write(Self.pod, to: "pod.yaml")
            #expect(try server.post(file: pod, ["--insecure"]).status == 200)
            try FileManager.default.removeItem(atPath: folder.file("tls.crt"))
            try FileManager.default.copyItem(atPath: certificates.file("tls.crt"), toPath: folder.file("tls.crt"))
            #expect(try server.waitForWords("the files match the one in force again").contains("certificate"))
            let other = try OtherCertificate(in: folder)
            try FileManager.default.removeItem(atPath: folder.file("tls.key"))
            try FileManager.default.moveItem(atPath: other.key, toPath: folder.file("tls.key"))
            try FileManager.default.removeItem(atPath: folder.file("tls.crt"))
            try FileManager.default.moveItem(atPath: other.certificate, toPath: folder.file("tls.crt"))
            #expect(try server.waitForWords("certificate reloaded").contains("other.example"))
            let trusting = ["--cacert", folder.file("tls.crt"), "--connect-to", "::\(server.authority)"]
            #expect(try server.post(file: pod, trusting, to: "https://other.example/scan").status == 200)
            #expect(try server.stop() == 0)
        }

        @Test(arguments: [
            ["http", "localhost"], ["http", "--tls-cert", "a"], ["http", "--client-ca", "a"],
            ["http", "--tls-cert", "a", "--tls-key", "b", "--client-name", "c"], ["http", "--max-body-bytes", "0"],
            ["http", "--max-buffered-bytes", "1"], ["http", "--threads", "0"], ["http", "80", "81"],
            ["http", "--allowed-host", "http://a"], ["http", "--allowed-host", "a:80"],
        ])
        func `Invalid arguments exit with 2`(arguments: [String]) throws {
            let run = try Run(Run.podscore, arguments)
            #expect(run.status == 2 && run.output.isEmpty)
            #expect(run.errors.contains("Error: "))
        }

        /// A self-signed certificate, for a name that no other test uses.
        private struct OtherCertificate {
            let certificate: String
            let key: String

            init(in folder: ScratchFolder) throws {
                (certificate, key) = (folder.file("other.crt"), folder.file("other.key"))
                let run = try Run(
                    "/usr/bin/env",
                    ["openssl", "req", "-x509", "-config", "/dev/null", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]
                        + ["-subj", "/CN=other.example", "-addext", "subjectAltName=DNS:other.example", "-days", "2"]
                        + ["-keyout", key, "-out", certificate]
                )
                guard run.status == 0 else { throw Run.Failure(output: run.errors) }
            }
        }

        private static func reports(in body: String) throws -> [Report] {
            try JSONDecoder().decode([Report].self, from: Data(body.utf8))
        }
    }
}
