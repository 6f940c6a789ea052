#include "store/file_name_table.hpp"

namespace cscan {

Result<FileNames> read_file_names(Connection& connection) {
  Result<Rows> rows = connection.query("SELECT exchange, symbol, stem FROM file_names");
  if (!rows)
    return fail(std::move(rows.error()));
  FileNames names;
  while (true) {
    Result<bool> more = rows->next();
    if (!more)
      return fail(std::move(more.error()));
    if (!*more)
      return names;
    // A symbol that no longer parses has no instrument to name; its files simply stay.
    if (Result<Instrument> instrument = parse_symbol(rows->text(0), rows->text(1)))
      names.restore(*instrument, std::string(rows->text(2)));
  }
}

Status write_file_name(Connection& connection, const Instrument& instrument,
                       const std::string& stem) {
  std::string symbol = instrument.symbol();
  Result<Rows> rows = connection.query("INSERT INTO file_names VALUES (?, ?, ?)",
                                       {instrument.exchange, symbol, stem});
  return rows ? Status{} : fail(std::move(rows.error()));
}

}  // namespace cscan
