"""The console's pages: home, portfolio, cells, bulk, views, exports, account, files."""
