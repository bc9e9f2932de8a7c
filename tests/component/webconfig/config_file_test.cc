// SPDX-License-Identifier: Apache-2.0
#include "weir/webconfig/config_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "test_certificates.h"
#include "weir/rulefile/config_error.h"

namespace weir::webconfig {
namespace {

namespace fs = std::filesystem;

class ConfigFileTest : public ::testing::Test {
 protected:
  ConfigFileTest() {
    write("web.yml", "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n");
    issue();
  }
  ~ConfigFileTest() override { fs::remove_all(folder_); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "weir-web-XXXXXX").string();
    return ::mkdtemp(name.data());
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  // Another certificate in the place of the one before.
  support::Issued issue() const {
    auto issued = authority_.issue({});
    write("server.pem", issued.certificate);
    write("server.key", issued.key);
    return issued;
  }
  // What is wrong, without the folder.
  std::string fault() {
    try {
      static_cast<void>(file_.tls_context());
      return "";
    } catch (const rulefile::ConfigError& error) {
      return std::string(error.what()).substr(folder_.string().size() + 1);
    }
  }

  support::Authority authority_{"ca"};
  fs::path folder_ = make_folder();
  ConfigFile file_{(folder_ / "web.yml").string()};
};

TEST_F(ConfigFileTest, MakesNothingNewWhileNothingHasChanged) {
  const auto config = file_.config();
  const auto context = file_.tls_context();

  EXPECT_EQ(file_.config(), config);
  EXPECT_EQ(file_.tls_context(), context);
}

TEST_F(ConfigFileTest, UsesANewCertificateFromTheNextConnectionOn) {
  const auto before = file_.tls_context();
  const auto issued = issue();

  const auto after = file_.tls_context();
  EXPECT_NE(after, before);
  EXPECT_EQ(after->settings().certificate, issued.certificate);
  // What is in use stays whole.
  EXPECT_NE(before->settings().certificate, issued.certificate);
}

TEST_F(ConfigFileTest, IsBadUntilItIsGoodAgain) {
  const auto before = file_.tls_context();
  const auto other = authority_.issue({});
  write("server.key", other.key);
  EXPECT_TRUE(
      fault().starts_with("web.yml:3:13: key_file: the key is not that of the certificate"));
  EXPECT_TRUE(fault().starts_with("web.yml:3:13: "));
  fs::remove(folder_ / "server.pem");
  EXPECT_TRUE(fault().starts_with("web.yml:2:14: cert_file cannot be read: server.pem: No such"));

  write("server.pem", other.certificate);
  EXPECT_EQ(fault(), "");
  EXPECT_NE(file_.tls_context(), before);
}

TEST_F(ConfigFileTest, MayLoseItsSection) {
  EXPECT_NE(file_.tls_context(), nullptr);
  write("web.yml", "{}\n");
  EXPECT_EQ(file_.tls_context(), nullptr);
}

}  // namespace
}  // namespace weir::webconfig
