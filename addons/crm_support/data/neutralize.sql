-- a copy of the database takes nothing in by the webhooks of support, and answers no other program
UPDATE crm_ticket_webhook SET active = false, secret = NULL, reply_url = NULL, reply_secret = NULL, token = md5(random()::text || id);
