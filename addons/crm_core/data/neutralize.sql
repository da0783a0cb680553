-- a copy of the database sends nothing through the company's own gateways
UPDATE crm_sms_gateway SET active = false, secret = NULL, signature_secret = NULL, token = 'neutralized-' || id;
-- a copy of the database sends nothing and answers nobody on WhatsApp
UPDATE crm_whatsapp_account
   SET active = false, state = 'draft', access_token = NULL, app_secret = NULL,
       webhook_token = md5(random()::text || id), verify_token = md5(random()::text || id);
-- nor through a mail server that a message had chosen
UPDATE crm_dispatch_content SET mail_server_id = NULL;
-- what waits is not sent late by somebody who tries the copy out
UPDATE crm_dispatch SET state = 'cancelled' WHERE state = 'queued';
-- a copy of the database asks no telephone system for calls and listens to none
UPDATE crm_telephony_account
   SET active = false, secret = NULL, signing_secret = NULL, token = 'neutralized-' || id;
