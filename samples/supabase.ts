// A new row of Supabase auth.users, as a database webhook sends it. https://supabase.com/docs/guides/database/webhooks
import { changed, newToken, type Sample } from './sample.ts';

export const supabase: Sample = {
  source: 'supabase',
  proof: 'token',
  isTimestamped: false,
  carries: ['visitorId', 'email', 'name', 'userId', 'referrer'],
  newSecret: newToken,
  payload: ({ email, name, userId, visitorId, referrer, occurredAt }) => {
    const at = occurredAt.toISOString().replace('Z', '+00:00');
    return JSON.stringify({
      type: 'INSERT',
      schema: 'auth',
      table: 'users',
      record: {
        id: userId ?? '5b1f0c66-6d7c-4d0c-9a67-2f7d3b0f6f11',
        aud: 'authenticated',
        role: 'authenticated',
        email: email ?? '',
        phone: null,
        is_anonymous: false,
        email_confirmed_at: null,
        raw_app_meta_data: { provider: 'email', providers: ['email'] },
        raw_user_meta_data: {
          full_name: name,
          datafast_visitor_id: visitorId,
          datafast_referrer: referrer,
        },
        created_at: at,
        updated_at: at,
      },
      old_record: null,
    });
  },
  completion: (signup, { at }) =>
    changed(supabase.payload(signup), {
      type: 'UPDATE',
      'record.email_confirmed_at': at.toISOString(),
      'record.updated_at': at.toISOString(),
      old_record: { id: signup.userId, email: '', email_confirmed_at: null, is_anonymous: false },
    }),
  otherPayload: (person) => supabase.payload(person).replace('"users"', '"sessions"'),
  async sign(body, { secret }) {
    const headers = new Headers({
      'content-type': 'application/json',
      authorization: `Bearer ${secret}`,
    });
    return { headers, body };
  },
  // Events have no id, but the person has one.
  stableId: ({ userId }) => userId ?? '5b1f0c66-6d7c-4d0c-9a67-2f7d3b0f6f11',
};
