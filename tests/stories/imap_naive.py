"""How mail gateways usually read a mailbox, as proof that the fire burns: DATABASE PORT.

What is unread is fetched, which marks it as read, and then it is stored.
"""

import imaplib
import sqlite3
import sys
import time

from tests.channels.mail.imap_servers import PASSWORD, USERNAME

connection = sqlite3.connect(sys.argv[1])
connection.execute("CREATE TABLE IF NOT EXISTS naive_mails (raw BLOB)")
while True:
    try:
        with imaplib.IMAP4("127.0.0.1", int(sys.argv[2]), timeout=5) as client:
            client.login(USERNAME, PASSWORD)
            client.select()
            for number in client.search(None, "UNSEEN")[1][0].split():
                raw = client.fetch(number.decode(), "(BODY[])")[1][0][1]
                time.sleep(0.01)  # it is parsed, a ticket is opened
                with connection:
                    connection.execute("INSERT INTO naive_mails VALUES (?)", (raw,))
    except (imaplib.IMAP4.error, OSError, TypeError):
        pass
    time.sleep(0.05)
