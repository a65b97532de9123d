"""LiveChat (text.com): the CSV of chats and the archives of the Agent Chat API. Ratings become surveys of their own."""
